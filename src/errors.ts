/** The exit statuses of the command line (see README). */
export type ExitStatus = 0 | 1 | 2 | 3 | 130;

/** Something that the person can mend. The message is safe to show: what failed, the value, what to do. */
export class UserError extends Error {
  readonly exitStatus: ExitStatus;
  /** The person may not do it; others may. */
  readonly isRefusal: boolean;

  constructor(
    message: string,
    options: { exitStatus?: ExitStatus; isRefusal?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "UserError";
    this.exitStatus = options.exitStatus ?? 1;
    this.isRefusal = options.isRefusal ?? false;
  }
}

/** The text of anything thrown, for a log or a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
