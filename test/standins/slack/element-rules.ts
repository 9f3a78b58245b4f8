import { type Limit, LIMITS } from "./limits.ts";
import {
  anything,
  both,
  confirmation,
  distinct,
  type Json,
  kinds,
  list,
  number,
  object,
  oneOf,
  type Rule,
  text,
  textObject,
} from "./rules.ts";

/** What every element shares. */
const COMMON = {
  action_id: text(LIMITS.actionId),
  confirm: confirmation,
  placeholder: textObject(LIMITS.placeholder, "plain_text"),
};

const option = (kind: "plain_text" | "any") =>
  object(
    {
      text: textObject(LIMITS.optionText, kind),
      value: text(LIMITS.optionValue),
      description: textObject(LIMITS.optionDescription, kind),
    },
    ["text", "value"],
  );

const button = object(
  {
    ...COMMON,
    text: textObject(LIMITS.buttonText, "plain_text"),
    value: text(LIMITS.buttonValue),
    url: text(LIMITS.buttonUrl),
    style: oneOf("primary", "danger"),
    accessibility_label: text(LIMITS.accessibilityLabel),
  },
  ["text"],
);

const input = object({ ...COMMON, max_length: number(LIMITS.inputMaxLength) });

const picker = object(COMMON);

const image = object({ image_url: text(LIMITS.imageUrl), alt_text: text(LIMITS.imageAltText) }, ["alt_text"]);

/** Elements in which a person chooses, by type. */
const CHOICES: Readonly<Record<string, Rule>> = {
  checkboxes: choice(LIMITS.checkboxOptions, "any"),
  radio_buttons: choice(LIMITS.checkboxOptions, "any"),
  static_select: choice(LIMITS.selectOptions, "plain_text"),
  multi_static_select: choice(LIMITS.selectOptions, "plain_text"),
  datepicker: picker,
  datetimepicker: picker,
  timepicker: picker,
  external_select: picker,
  multi_external_select: picker,
  users_select: picker,
  multi_users_select: picker,
  conversations_select: picker,
  multi_conversations_select: picker,
  channels_select: picker,
  multi_channels_select: picker,
};

const INTERACTIVE: Readonly<Record<string, Rule>> = {
  ...CHOICES,
  button,
  overflow: choice(LIMITS.overflowOptions, "plain_text"),
  workflow_button: anything,
};

const INPUTS: Readonly<Record<string, Rule>> = {
  plain_text_input: input,
  number_input: input,
  email_text_input: input,
  url_text_input: input,
  rich_text_input: input,
  file_input: picker,
};

/** What may stand in an actions block. */
export const actionElement = kinds({ ...INTERACTIVE, rich_text_input: input });

/** What may stand in an input block. */
export const inputElement = kinds({ ...CHOICES, ...INPUTS });

/** What may stand beside the text of a section. */
export const accessory = kinds({ ...INTERACTIVE, image });

/** What may stand in a context block. */
export const contextElement = kinds({
  image,
  plain_text: textObject(LIMITS.contextText),
  mrkdwn: textObject(LIMITS.contextText),
});

/** A list or menu to choose from: options with values of their own, and what is chosen at first among them. */
function choice(limit: Limit, kind: "plain_text" | "any"): Rule {
  const options = both(list(limit, option(kind)), distinct("value"));
  const group = object({ label: textObject(LIMITS.optionText, "plain_text"), options }, ["label", "options"]);
  const chosen = option(kind);
  const own = object({
    ...COMMON,
    options,
    option_groups: list(limit, group),
    initial_option: chosen,
    initial_options: list(limit, chosen),
  });
  return both(own, initialAmongOptions);
}

function initialAmongOptions(value: unknown, at: string) {
  const {
    options = [],
    option_groups = [],
    initial_option,
    initial_options = [],
  } = value as Record<string, readonly Json[]>;
  const offered = [...options, ...option_groups.flatMap((group) => group["options"] as readonly Json[])];
  if (offered.length === 0) return [{ message: "missing required field: options", at }];
  const initial = [
    ...(initial_option === undefined ? [] : [initial_option as unknown as Json]),
    ...initial_options,
  ];
  const strange = initial.find(({ value: own }) => !offered.some((one) => one["value"] === own));
  return strange === undefined ? [] : [{ message: "initial option is none of the options", at }];
}
