const MOST_DAYS = 36_500;
const REASON_LENGTH = 500;

/** Whether a block may last so many days; 0: until removed. */
export function isDays(days: number): boolean {
  return Number.isInteger(days) && days >= 0 && days <= MOST_DAYS;
}

/** What a person wrote as the reason, as the records have it; null: nothing. */
export function toReason(text: string | null): string | null {
  return text?.trim().slice(0, REASON_LENGTH) || null;
}
