import { typedIn } from "./words.tsx";

const LIVES = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["0", "until removed"],
] as const;

/** How long something is blocked, and why: the fields `days` and `reason` of a form. `usualDays`: 0 is until removed. */
export function Terms({ label, usualDays }: { readonly label: string; readonly usualDays: number }) {
  return (
    <>
      <label>
        {label}{" "}
        <select name="days">
          <option value="">{wordUsual(usualDays)}</option>
          {LIVES.map(([days, name]) => (
            <option key={days} value={days}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="wide">
        Reason <input name="reason" maxLength={500} placeholder="for the audit trail" />
      </label>
    </>
  );
}

/** What was chosen, as a decision has it; what was left as it is set is left out. */
export function termsOf(event: SubmitEvent): { readonly days?: number; readonly reason?: string } {
  const days = typedIn(event, "days");
  const reason = typedIn(event, "reason");
  return { ...(days !== "" && { days: Number(days) }), ...(reason !== "" && { reason }) };
}

function wordUsual(days: number): string {
  return days === 0 ? "until removed (as set)" : `${days} days (as set)`;
}
