import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { HttpAnswer } from "../answering.ts";
import type { Workspace } from "./workspace.ts";

/** How files are handed out. */
export interface Downloads {
  /** Sends downloads on to another origin from now on; gives the Authorization of every request that arrives there. */
  redirect(): Promise<readonly (string | undefined)[]>;
  /** That origin, or null. */
  origin(): string | null;
  stop(): void;
}

export function createDownloads(): Downloads {
  const seen: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { "content-type": "text/plain" }).end("from elsewhere");
  });
  const origin = () => {
    const address = elsewhere.address() as AddressInfo | null;
    return address === null ? null : `http://127.0.0.1:${address.port}`;
  };
  return {
    async redirect() {
      await new Promise<void>((resolve) => {
        elsewhere.listen(0, "127.0.0.1", resolve);
      });
      return seen;
    },
    origin,
    stop() {
      elsewhere.closeAllConnections();
      elsewhere.close();
    },
  };
}

const LOGIN_PAGE =
  "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>";

/** The bytes of a file. Without the right token or scope Slack shows its login page, with status 200. */
export async function download(
  { pathname, search }: URL,
  bearer: string | undefined,
  botToken: string,
  { upstream, scopes }: Pick<Workspace, "upstream" | "scopes">,
  downloads: Downloads,
): Promise<HttpAnswer> {
  const [path, origin] = [pathname + search, downloads.origin()];
  if (origin !== null)
    return { status: 302, headers: { location: origin + path }, body: "", error: "redirect" };
  if (bearer !== botToken || !scopes.includes("files:read")) {
    const headers = { "content-type": "text/html; charset=utf-8" };
    return { status: 200, headers, body: LOGIN_PAGE, error: "login page" };
  }
  const { status, type, bytes } = await upstream.fetch(path);
  return { status, headers: { "content-type": type }, body: bytes };
}
