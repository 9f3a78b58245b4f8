/** The command was written in a way that cannot be understood; exit status 1. */
export class UsageError extends Error {}
