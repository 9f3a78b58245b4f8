import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { openWorkbook, summaryOfSheet } from "../../test/report/open-xlsx.ts";
import type { Platform } from "../../test/scenarios/platform.ts";
import type { Ask } from "./ask.ts";
import type { Broken, Promised } from "./broken.ts";
import type { House } from "./house.ts";
import { OLD_FORM } from "./http-people.ts";
import type { Board } from "./messages.ts";
import type { SeenScan } from "./scans.ts";
import { readSums, STATUSES, type Sums, sumsInWords, sumsOf, wordSums } from "./sums.ts";
import { isTrue } from "./verdicts.ts";

/** Looks at all that came of one ask. `boards`: the platforms as they are now. */
export async function checkAsk(
  house: House,
  ask: Ask,
  scans: readonly SeenScan[],
  boards: Readonly<Record<Platform["name"], Board>>,
): Promise<readonly Broken[]> {
  const title = `${ask.way}, ${ask.how} of ${ask.by}: ${ask.marker}`;
  const found: Broken[] = [];
  const note = (promise: Promised, what: string) => void found.push({ promise, what: `${title}: ${what}` });
  if (ask.isTaken && scans.length === 0 && !wasTold(house, ask))
    note("nothing lost", "there is no scan of it, and nobody was told why");
  if (!ask.isTaken) note("nothing lost", `it was never taken, in ${ask.tries} tries`);
  if (scans.length > ask.tries) note("posted once", `${scans.length} scans of ${ask.tries} requests`);
  for (const scan of scans) {
    if (isTooOld(ask, scan, scans)) continue;
    checkItems(ask, scan, note);
    const sums = sumsOf(scan);
    switch (ask.way) {
      case "slack":
      case "discord":
        await checkReport(house, scan, boards[ask.way], sums, note);
        break;
      case "http":
        await checkHttp(house, scan, sums, note);
        break;
      case "command line":
        break;
    }
  }
  const [only] = scans;
  if (ask.sums !== null && only !== undefined) checkLines(ask, sumsOf(scans.at(-1) ?? only), note);
  return found;
}

/** An interrupted scan of the command line is begun anew when its answers are as old as the cache keeps them. */
const KEPT_MS = 24 * 3_600_000;

function isTooOld(ask: Ask, { createdAt }: SeenScan, scans: readonly SeenScan[]): boolean {
  return ask.way === "command line" && createdAt <= (scans.at(-1)?.createdAt ?? 0) - KEPT_MS;
}

type Note = (promise: Promised, what: string) => void;

/**
 * A refusal, for that person alone, after it was asked; in direct messages it is a message like others. What is left
 * thinking when all is quiet Discord itself ends, with "The application did not respond".
 */
function wasTold(house: House, { way, by, sinceAt }: Ask): boolean {
  if (way !== "slack" && way !== "discord") return false;
  const platform = house[way];
  const thinking = way === "discord" ? house.discord.discord.ephemeral(by) : [];
  if (thinking.some(({ isThinking, versions }) => isThinking && (versions[0]?.atMs ?? 0) >= sinceAt))
    return true;
  const direct = platform.messages(platform.dm(by));
  const said = [...direct, ...direct.flatMap(platform.under)].filter(({ text }) => REFUSAL.test(text));
  return [...platform.alone(by), ...said].some(({ versions }) => (versions.at(-1)?.atMs ?? 0) >= sinceAt);
}

const REFUSAL = /went wrong|could not write|could not be fetched|cannot be/u;

function checkItems(ask: Ask, { id, items }: SeenScan, note: Note): void {
  const expected = ask.indicators + ask.rejected;
  // What is known, or asked already, a scan of the old form does without; its answer has a row for each.
  const isWhole = ask.how !== OLD_FORM;
  if (isWhole && items.length !== expected)
    note("every input", `${id} has ${items.length} of ${expected} pieces`);
  const open = items.filter(({ status }) => status === null);
  if (open.length > 0) note("every input", `${id} has ${open.length} pieces without an answer`);
  const values = new Set(items.map(({ value }) => value));
  const missing = ask.asked.filter((value) => !values.has(value));
  if (isWhole && missing.length > 0) note("every input", `${id} lacks ${missing.join(", ")}`);
  for (const item of items) {
    if (!isTrue(item))
      note("true verdicts", `${id}: ${item.value ?? item.input} is said to be ${item.status ?? "open"}`);
  }
}

async function checkReport(
  house: House,
  { id, state }: SeenScan,
  board: Board,
  sums: Sums,
  note: Note,
): Promise<void> {
  const [live, ...more] = board.liveOf(id);
  if (live === undefined) return note("nothing lost", `${id} (${state}) has no live message`);
  if (more.length > 0) note("posted once", `${id} has ${more.length + 1} live messages`);
  const said = sumsInWords(live.text);
  if (said === null) return note("nothing lost", `the live message of ${id} is no summary: ${live.text}`);
  compare(note, `the summary of ${id}`, said, sums);
  const total = STATUSES.reduce((all, status) => all + sums[status], 0);
  if (said.total !== total) note("same sums", `the summary of ${id} says ${said.total} inputs, not ${total}`);
  const files = board
    .besides(id)
    .flatMap(({ files }) => files)
    .filter(({ name }) => name.includes(id));
  const [file] = files;
  if (file === undefined) {
    // On a full disk none can be written, which is said there.
    const isTold = board.besides(id).some(({ text }) => text.includes("No xlsx:"));
    return isTold ? undefined : note("nothing lost", `${id} has no xlsx`);
  }
  const path = join(house.folder, "report.xlsx");
  writeFileSync(path, file.bytes);
  compare(note, `the xlsx of ${id}`, readSums(summaryOfSheet(await openWorkbook(path))), sums);
}

async function checkHttp({ httpUrl }: House, { id }: SeenScan, sums: Sums, note: Note): Promise<void> {
  const response = await fetch(`${httpUrl}/api/scans/${id}`);
  const { summary } = (await response.json()) as { readonly summary?: Readonly<Record<string, unknown>> };
  compare(note, `${id} over HTTP`, readSums(summary ?? {}), sums);
}

function checkLines(ask: Ask, sums: Sums, note: Note): void {
  const said = ask.sums ?? {};
  compare(note, "the last line", readSums(said), sums);
  const expected = ask.indicators + ask.rejected;
  if (said["lines"] !== expected) note("every input", `${String(said["lines"])} of ${expected} lines`);
  const judged = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped"].reduce(
    (all, status) => all + (said[status] ?? Number.NaN),
    0,
  );
  if (said["indicators"] !== judged)
    note("same sums", `${String(said["indicators"])} indicators, but ${judged} by status`);
}

function compare(note: Note, where: string, said: Sums, known: Sums): void {
  if (STATUSES.every((status) => said[status] === known[status])) return;
  note("same sums", `${where} says ${wordSums(said)}; the records have ${wordSums(known)}`);
}
