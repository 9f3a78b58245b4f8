import { rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { messageOf } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import type { Status, Summary } from "../model.ts";
import type { Reply } from "../reply.ts";
import { writeCsvParts } from "../report/csv-parts.ts";
import type { Scan } from "../scans/scan.ts";
import { step } from "../step.ts";
import type { ChatTools } from "./chat-tools.ts";
import { resultsOf, writeReport } from "./scan-report.ts";

const ALL: readonly Status[] = ["unsafe", "suspicious", "failed", "skipped", "rejected", "unknown", "clean"];

/** What is posted, and how much of it one file may hold. */
interface Whole {
  readonly summary: Summary;
  readonly text: string;
  readonly mostFileBytes: number;
}

/** Posts all results of a scan as a file; false when it was interrupted. */
export async function postFile(
  tools: ChatTools,
  scan: Scan,
  { summary, text, mostFileBytes }: Whole,
  post: (mark: string, reply: Reply) => Promise<boolean>,
): Promise<boolean> {
  const folder = join(tools.config.dataDir, "reports");
  makeFolder(folder);
  const name = `vtip-${scan.id}.xlsx`;
  const path = join(folder, name);
  const ended = {
    state: scan.state === "cancelled" ? "cancelled" : "done",
    startedAt: scan.createdAt,
  } as const;
  const problem = await writeReport(tools, scan, path, ended, summary);
  step("file written");
  try {
    const mark = `${scan.id}/file`;
    if (problem !== null)
      return await post(mark, { kind: "notice", tone: "problem", text: `No xlsx: ${problem}` });
    const { size } = await stat(path);
    if (size > mostFileBytes) return await postParts(tools, scan, { folder, text, mostFileBytes }, post);
    return await post(mark, { kind: "file", name, path, text });
  } finally {
    await rm(path, { force: true });
  }
}

/** Where the xlsx is larger than the platform takes: the same results as csv.gz, in as many files as it takes. */
async function postParts(
  tools: ChatTools,
  scan: Scan,
  { folder, text, mostFileBytes }: Omit<Whole, "summary"> & { readonly folder: string },
  post: (mark: string, reply: Reply) => Promise<boolean>,
): Promise<boolean> {
  const paths = new Set<string>();
  const toPath = (n: number) => {
    const path = join(folder, `vtip-${scan.id}-${n + 1}.csv.gz`);
    paths.add(path);
    return path;
  };
  const mark = `${scan.id}/file`;
  try {
    const results = resultsOf(tools, scan.id, ALL);
    const { length: count } = await writeCsvParts(results, tools.config.rule, mostFileBytes, toPath);
    for (const [n, path] of [...paths].entries()) {
      const part = count === 1 ? "" : `, part ${n + 1} of ${count}`;
      const why = `${text}${part}, as csv.gz: the xlsx is larger than this place takes`;
      const reply: Reply = { kind: "file", name: basename(path), path, text: why };
      if (!(await post(n === 0 ? mark : `${mark}-${n + 1}`, reply))) return false;
    }
    return true;
  } catch (error) {
    if (!isOfFiles(error)) throw error;
    return await post(mark, { kind: "notice", tone: "problem", text: `No file: ${messageOf(error)}.` });
  } finally {
    await Promise.all([...paths].map(async (path) => rm(path, { force: true })));
  }
}

/** The file system's own errors name a system call. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
