/** Who the audit trail names where nobody decided. */
export const VTIP = "vtip";

/** Who changed the list where only the file says so. */
export const BY_HAND = "by hand";
