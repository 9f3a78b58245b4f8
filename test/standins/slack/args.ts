/** The arguments of a Web API call, its JSON fields decoded. */
export type Args = Readonly<Record<string, unknown>>;

const JSON_FIELDS = ["blocks", "attachments", "metadata", "view", "files"];

/** The arguments of a call from its form, its JSON body or its query. Fields that hold JSON are decoded where they can be. */
export function readArgs(body: Buffer, contentType: string, query: URLSearchParams): Args {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  if (contentType.startsWith("application/json")) Object.assign(fields, JSON.parse(body.toString()));
  else Object.assign(fields, Object.fromEntries(new URLSearchParams(body.toString())));
  for (const name of JSON_FIELDS) {
    const value = fields[name];
    if (typeof value === "string") fields[name] = decoded(value);
  }
  return fields;
}

/** An argument as text; undefined where it was not given, or is neither text nor a number. */
export function textArg(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}

/** Whether an argument is set: Slack takes `true` and `1`, as text too. */
export function flagArg(args: Args, name: string): boolean {
  const value = args[name];
  return value === true || value === 1 || value === "true" || value === "1";
}

function decoded(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
