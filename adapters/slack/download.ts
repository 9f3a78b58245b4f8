import { z } from "zod";

import type { Fetched, Upload } from "../../src/contract.ts";
import { readAtMost, wordLoss, wordTooLarge } from "../../src/platform-call.ts";
import { mayShowToken } from "./addresses.ts";
import { reasonOf } from "./failure.ts";
import { FileFields } from "./payload.ts";
import { toFileRef } from "./uploads.ts";
import type { Workspace } from "./workspace.ts";

const TIMEOUT_MS = 60_000;

/** https://docs.slack.dev/reference/methods/files.info */
const Info = z.object({
  file: FileFields.extend({ mode: z.string().nullish(), is_external: z.boolean().nullish() }),
});

/** Reads a file that somebody shared. */
export async function download(workspace: Workspace, upload: Upload, mostBytes: number): Promise<Fetched> {
  const { name, size, ref } = upload;
  if (size !== null && size > mostBytes) return tooLarge(name, mostBytes);
  const { id, url } = toFileRef(ref);
  const found = url === null ? await askForAddress(workspace, name, id) : { url, size: null };
  if ("kind" in found) return found;
  if (found.size !== null && found.size > mostBytes) return tooLarge(name, mostBytes);
  if (!mayShowToken(found.url, workspace.apiUrl)) {
    return refused(`${name} is kept outside of Slack, where I cannot read it: upload the file itself.`);
  }
  try {
    return await read(workspace, { name, size: found.size ?? size }, found.url, mostBytes);
  } catch (error) {
    return {
      kind: "failed",
      reason: `${name} could not be read from Slack (${wordLoss(error)}): send it again.`,
    };
  }
}

/** Files of shared channels come without an address; so do those that are gone. */
async function askForAddress(
  workspace: Workspace,
  name: string,
  id: string,
): Promise<Fetched | { readonly url: string; readonly size: number | null }> {
  const called = await workspace.api.call("files.info", { file: id }, Info);
  if (called.kind === "refused") {
    if (called.code === "missing_scope") return refused(lacksScope(name));
    return refused(`Slack does not hand out ${name} (${called.code}): upload it here.`);
  }
  if (called.kind !== "done") return { kind: "failed", reason: `${reasonOf(called)} Send ${name} again.` };
  const { mode, url_private_download, url_private, size } = called.answer.file;
  if (mode === "tombstone") return refused(`${name} was deleted: send it again.`);
  if (mode === "hidden_by_limit")
    return refused(`${name} is hidden by the limit of Slack's free plan: send it again.`);
  const url = url_private_download ?? url_private;
  return url ? { url, size: size ?? null } : refused(`Slack gives no address for ${name}: upload it here.`);
}

async function read(
  workspace: Workspace,
  { name, size }: { readonly name: string; readonly size: number | null },
  url: string,
  mostBytes: number,
): Promise<Fetched> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${workspace.token}` },
    // The token must not follow to another host.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const problem = toProblem(response, name, mostBytes);
  if (problem !== null) {
    await response.body?.cancel();
    return problem;
  }
  const bytes = await readAtMost(response, mostBytes);
  if (bytes === null) return tooLarge(name, mostBytes);
  // A saved page under another name has the size that Slack told of it.
  return bytes.length !== size && isLoginPage(response, bytes, name)
    ? refused(lacksScope(name))
    : { kind: "fetched", bytes };
}

function toProblem(response: Response, name: string, mostBytes: number): Fetched | null {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return refused(
      `Slack sends on to another address for ${name}, where I do not follow: upload the file again.`,
    );
  }
  if (status === 401 || status === 403) return refused(lacksScope(name));
  if (status === 404 || status === 410) return refused(`${name} is not there any more: send it again.`);
  if (!response.ok)
    return { kind: "failed", reason: `Slack answered with HTTP ${status} for ${name}: send it again.` };
  const declared = Number(response.headers.get("content-length") ?? "0");
  return declared > mostBytes ? tooLarge(name, mostBytes) : null;
}

/** Without the scope Slack answers 200 with a page to log in. */
function isLoginPage(response: Response, bytes: Uint8Array, name: string): boolean {
  if (/\.html?$/i.test(name)) return false;
  const start = Buffer.from(bytes.subarray(0, 200)).toString("utf8").trimStart().toLowerCase();
  const isPage = start.startsWith("<!doctype html") || start.startsWith("<html");
  return isPage || (response.headers.get("content-type") ?? "").startsWith("text/html");
}

function lacksScope(name: string): string {
  return `Slack did not let me read ${name}: the app needs the scope files:read (OAuth & Permissions), then a reinstall.`;
}

function tooLarge(name: string, mostBytes: number): Fetched {
  return refused(wordTooLarge(name, mostBytes));
}

function refused(reason: string): Fetched {
  return { kind: "refused", reason };
}
