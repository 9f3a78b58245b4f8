/** So long those who wait may work, one after the other, before it is looked whether something has come in. */
const SLICE_MS = 2;
/** So many of them at most. */
const MOST_IN_SLICE = 16;
/** Of so many turns one goes to the patient, so that what they have is not held for long either. */
const PATIENT_EVERY = 5;

const waiting: (() => void)[] = [];
const patient: (() => void)[] = [];
let sliceBeganAt = Number.NEGATIVE_INFINITY;
let isCalled = false;
let turns = 0;

/**
 * Resolves when it is the caller's turn to work on. Every few ms the event loop comes round, and what has come in is
 * taken: nobody's request waits until those before it have been answered to the end. The patient, such as a list's
 * look-ups, of which many come back at once, let the others go first.
 */
export async function turn({ isPatient = false } = {}): Promise<void> {
  if (isInSlice()) return;
  await new Promise<void>((resolve) => {
    (isPatient ? patient : waiting).push(resolve);
    call();
  });
}

function isInSlice(): boolean {
  return performance.now() - sliceBeganAt < SLICE_MS;
}

/** Node lets each of these come to its next wait before it calls the one after it; what has come in comes after all. */
function call(): void {
  if (isCalled) return;
  isCalled = true;
  setImmediate(begin);
  for (let more = Math.min(waiting.length + patient.length, MOST_IN_SLICE); more > 1; more -= 1) {
    setImmediate(goOn);
  }
  setImmediate(end);
}

function begin(): void {
  sliceBeganAt = performance.now();
  wakeNext();
}

function goOn(): void {
  if (isInSlice()) wakeNext();
}

function end(): void {
  isCalled = false;
  if (waiting.length + patient.length > 0) call();
}

function wakeNext(): void {
  turns += 1;
  const [first, second] = turns % PATIENT_EVERY === 0 ? [patient, waiting] : [waiting, patient];
  (first.shift() ?? second.shift())?.();
}
