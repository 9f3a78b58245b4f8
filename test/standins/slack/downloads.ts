import type { HttpAnswer } from "./front.ts";
import type { Workspace } from "./workspace.ts";

/** How files are handed out. */
export interface Downloads {
  /** Where downloads are sent on to, or null. */
  redirectTo: string | null;
}

const LOGIN_PAGE =
  "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>";

/** The bytes of a file. Without the right token or scope Slack shows its login page, with status 200. */
export async function download(
  path: string,
  bearer: string | undefined,
  botToken: string,
  { upstream, scopes }: Pick<Workspace, "upstream" | "scopes">,
  { redirectTo }: Downloads,
): Promise<HttpAnswer> {
  if (redirectTo !== null)
    return { status: 302, headers: { location: redirectTo + path }, body: "", error: "redirect" };
  if (bearer !== botToken || !scopes.includes("files:read")) {
    return {
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: LOGIN_PAGE,
      error: "login page",
    };
  }
  const response = await upstream.fetch(path);
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: { "content-type": type }, body };
}
