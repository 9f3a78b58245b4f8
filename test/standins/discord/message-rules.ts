import { type APIAllowedMentions, type APIEmbed, MessageFlags } from "discord-api-types/v10";

import type { DeclaredAttachment } from "./attachments.ts";
import { checkComponents } from "./component-rules.ts";
import { filesShown, type Node } from "./components.ts";
import { createFormErrors, type FormErrors } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";
import { refusal } from "./refusal.ts";

/** The body of a request that writes or edits a message. */
export interface MessageBody {
  readonly content?: string | null;
  readonly embeds?: readonly APIEmbed[] | null;
  readonly components?: readonly Node[] | null;
  readonly flags?: number | null;
  readonly attachments?: readonly DeclaredAttachment[] | null;
  readonly allowed_mentions?: APIAllowedMentions | null;
  readonly nonce?: string | number;
  readonly enforce_nonce?: boolean;
  readonly message_reference?: { readonly message_id?: string; readonly fail_if_not_exists?: boolean };
}

/** What a message would hold after a request. */
export interface Draft {
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly Node[];
  readonly flags: number;
  /** Names of its files. */
  readonly files: readonly string[];
}

/** Says no to a body that breaks a rule, whatever it is for. @throws {Refusal} 50035. */
export function checkBody(body: MessageBody): void {
  const errors = createFormErrors();
  errors.length(["content"], body.content, { max: LIMITS.content });
  if (body.nonce !== undefined) errors.length(["nonce"], String(body.nonce), { max: LIMITS.nonce });
  checkMentions(body.allowed_mentions ?? {}, errors);
  checkEmbeds(body.embeds ?? [], errors);
  errors.throwIfAny();
}

/** Says no to a message that cannot stand so. @throws {Refusal} 50035, 50006. */
export function checkDraft({ content, embeds, components, flags, files }: Draft): void {
  const errors = createFormErrors();
  const isV2 = (flags & MessageFlags.IsComponentsV2) !== 0;
  checkComponents(components, isV2, errors);
  if (isV2 && content !== "") forbid(["content"], errors);
  if (isV2 && embeds.length > 0) forbid(["embeds"], errors);
  for (const name of filesShown(components)) {
    if (!files.includes(name))
      errors.add(
        ["components"],
        "COMPONENT_ATTACHMENT_NOT_FOUND",
        `The attachment ${name} is not in the message`,
      );
  }
  errors.throwIfAny();
  const isEmpty =
    content.trim() === "" && embeds.length === 0 && components.length === 0 && files.length === 0;
  if (isEmpty) throw refusal(50_006);
}

function forbid(path: readonly string[], errors: FormErrors): void {
  const message = "The 'content' and 'embeds' fields cannot be used with MessageFlags.IS_COMPONENTS_V2";
  errors.add(path, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
}

function checkMentions({ parse, users, roles }: APIAllowedMentions, errors: FormErrors): void {
  for (const [number, kind] of (parse ?? []).entries())
    errors.oneOf(["allowed_mentions", "parse", number], kind, ["roles", "users", "everyone"]);
  errors.count(["allowed_mentions", "users"], users, { max: LIMITS.allowedMentions });
  errors.count(["allowed_mentions", "roles"], roles, { max: LIMITS.allowedMentions });
  const doubled = [
    ["users", users],
    ["roles", roles],
  ] as const;
  for (const [kind, ids] of doubled) {
    if ((parse as readonly string[] | undefined)?.includes(kind) === true && (ids?.length ?? 0) > 0)
      errors.add(
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
  }
}

function checkEmbeds(embeds: readonly APIEmbed[], errors: FormErrors): void {
  errors.count(["embeds"], embeds, { max: LIMITS.embeds });
  let text = 0;
  const measure = (path: readonly (string | number)[], value: string | undefined, max: number) => {
    errors.length(path, value, { max });
    text += value?.length ?? 0;
  };
  for (const [number, { title, description, fields = [], footer, author }] of embeds.entries()) {
    const at = ["embeds", number];
    measure([...at, "title"], title, LIMITS.embedTitle);
    measure([...at, "description"], description, LIMITS.embedDescription);
    measure([...at, "footer", "text"], footer?.text, LIMITS.embedFooter);
    measure([...at, "author", "name"], author?.name, LIMITS.embedAuthor);
    errors.count([...at, "fields"], fields, { max: LIMITS.embedFields });
    for (const [index, { name, value }] of fields.entries()) {
      measure([...at, "fields", index, "name"], name, LIMITS.embedFieldName);
      measure([...at, "fields", index, "value"], value, LIMITS.embedFieldValue);
    }
  }
  if (text > LIMITS.embedsText)
    errors.add(
      ["embeds"],
      "MAX_EMBED_SIZE_EXCEEDED",
      `Embed size exceeds maximum size of ${LIMITS.embedsText}`,
    );
}
