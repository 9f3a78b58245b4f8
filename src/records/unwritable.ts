import { messageOf, UserError } from "../errors.ts";
import { isAway, RECORDS_AWAY } from "./away.ts";

/** What a person is told when the records took nothing: they are away, or their disk is full or closed to us. */
export function toUnwritable(error: unknown): UserError {
  return new UserError(
    isAway(error)
      ? RECORDS_AWAY
      : `The records cannot be written (${messageOf(error)}). Check DATA_DIR and the free space.`,
    { cause: error },
  );
}
