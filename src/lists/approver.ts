import type { User } from "../chat.ts";
import { messageOf } from "../errors.ts";
import type { ListTools } from "./list-tools.ts";

/** Whether a person may decide; if not, a sentence for them: who may, or what to do. */
export type Right = { readonly may: true } | { readonly may: false; readonly reason: string };

/** Who tries to do something that is for approvers. */
export interface Attempt {
  readonly user: User;
  /** The groups that the person is in, as APPROVERS names them. Rejects when they cannot be told. */
  readonly groupsOf: () => Promise<readonly string[]>;
}

const NAME_LENGTH = 80;

/**
 * Tells whether a person may change the blacklist: APPROVERS names them, or a group of theirs. In doubt they may not.
 * Groups are asked for only where APPROVERS names something of the person's platform that is not named like a person.
 * With `requestedBy`, FOUR_EYES holds: who asked for the scan may not decide about it.
 */
export async function rightOf(
  { config, log }: Pick<ListTools, "config" | "log">,
  user: User,
  groupsOf: () => Promise<readonly string[]>,
  { requestedBy }: { readonly requestedBy?: string },
): Promise<Right> {
  const { approvers, isFourEyes } = config;
  if (approvers.length === 0)
    return refusal("Nobody may decide this yet: name people or groups in APPROVERS.");
  const names = approvers.join(", ");
  if (!approvers.includes(user.id)) {
    const groups = approvers.filter((approver) => mayBeGroup(approver, user.id));
    if (groups.length === 0) return refusal(`Only approvers may do this: ${names}.`);
    try {
      const own = await groupsOf();
      if (!groups.some((group) => own.includes(group)))
        return refusal(`Only approvers may do this: ${names}.`);
    } catch (error) {
      log.warn({ user: user.id, reason: messageOf(error) }, "groups of a user could not be told");
      return refusal(
        `It could not be told whether you are in ${groups.join(" or ")}: try again in a minute.`,
      );
    }
  }
  if (isFourEyes && requestedBy === user.id) {
    return refusal(`You asked for this scan, so another approver must decide (FOUR_EYES is set): ${names}.`);
  }
  return { may: true };
}

/** A person as the audit trail names them: `slack:U012AB3CD (ann)`. */
export function nameWho({ id, name }: User): string {
  // eslint-disable-next-line no-control-regex -- names come from outside
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu, " ").trim();
  return plain === "" ? id : `${id} (${plain.slice(0, NAME_LENGTH)})`;
}

/** The id in a name of `nameWho`, without what stands in brackets behind it. */
export function idOfWho(who: string): string {
  return who.replace(/ \([^]*\)$/u, "");
}

function refusal(reason: string): Right {
  return { may: false, reason };
}

/** `slack:S1` is of the platform of `slack:U1` and otherwise named; `slack:U2` is another person. */
function mayBeGroup(approver: string, userId: string): boolean {
  return platformOf(approver) === platformOf(userId) && shapeOf(approver) !== shapeOf(userId);
}

function platformOf(id: string): string {
  return id.slice(0, id.indexOf(":"));
}

/** What a name on its platform begins with: `U`, `S`, `role:`, or nothing before a number. */
function shapeOf(id: string): string {
  return /^(?:[a-z]+:|[A-Z])?/u.exec(id.slice(id.indexOf(":") + 1))?.[0] ?? "";
}
