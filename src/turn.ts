/** So long one after the other may work before it is looked whether something has come in. */
const SLICE_MS = 2;
/** Of so many turns one goes to the patient, so that what they have is not held for long either. */
const PATIENT_EVERY = 5;

const waiting: (() => void)[] = [];
const patient: (() => void)[] = [];
let sliceBeganAt = Number.NEGATIVE_INFINITY;
let isCalled = false;
let turns = 0;

/**
 * Resolves when it is the caller's turn to work on. In between the event loop comes round, and what has come in is
 * taken: nobody's request waits until those before it have been answered to the end. The patient, such as a list's
 * look-ups, of which many come back at once, let the others go first.
 */
export async function turn({ isPatient = false } = {}): Promise<void> {
  if (performance.now() - sliceBeganAt < SLICE_MS) return;
  await new Promise<void>((resolve) => {
    (isPatient ? patient : waiting).push(resolve);
    call();
  });
}

function call(): void {
  if (isCalled) return;
  isCalled = true;
  setImmediate(next);
}

function next(): void {
  isCalled = false;
  sliceBeganAt = performance.now();
  turns += 1;
  const [first, second] = turns % PATIENT_EVERY === 0 ? [patient, waiting] : [waiting, patient];
  (first.shift() ?? second.shift())?.();
  if (waiting.length + patient.length > 0) call();
}
