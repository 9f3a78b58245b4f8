import type { Slack } from "./slack.ts";

/** What the Web API said to a call that was made by hand. */
export interface Heard extends Readonly<Record<string, unknown>> {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts?: string;
}

/** Calls a method as the SDK does: a form, objects as JSON in its fields, the bot's token unless another is given. */
export async function call(
  slack: Slack,
  method: string,
  args: Readonly<Record<string, unknown>> = {},
  token: string | null = slack.botToken,
): Promise<Heard> {
  const fields = Object.entries(args).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const response = await fetch(slack.apiUrl + method, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return (await response.json()) as Heard;
}
