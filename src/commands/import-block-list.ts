import { basename } from "node:path";

import type { Input } from "../contract.ts";
import { UserError } from "../errors.ts";
import { decodeText } from "../intake/encoding.ts";
import { toFileKind } from "../intake/file-kind.ts";
import { toMebibytes } from "../intake/limits.ts";
import { readFileBytes } from "../intake/source.ts";
import { nameWho, type Attempt } from "../lists/approver.ts";
import { carryOut } from "../lists/change-work.ts";
import { judgeImport, siftImport, type ImportOutcome } from "../lists/import-judgement.ts";
import { toImportReport, type ImportOptions, type ImportReport } from "../lists/import-report.ts";
import { readImport } from "../lists/import-text.ts";
import { openChange } from "../lists/list-change.ts";
import type { ListTools } from "../lists/list-tools.ts";
import type { Facts } from "../model.ts";
import { step } from "../step.ts";
import { assertRight } from "./console-right.ts";
import type { Tools } from "./tools.ts";

const DAY_MS = 86_400_000;
const REASON_LENGTH = 500;
/** An export of 100,000 blocks with who, when and why is longer than a file to scan may be. */
const MOST_BYTES = 64 * 1024 * 1024;

type ImportTools = ListTools & { readonly lookUps: Pick<Tools["lookUps"], "known"> };

/**
 * Puts the addresses of a list that was kept elsewhere on the blacklist, in one change, as far as they may be blocked, and
 * tells of each entry what became of it. Who may not is noted in the audit trail.
 * @throws UserError when the file cannot be read or holds nothing, the person may not, or the list cannot be changed.
 */
export async function importBlockList(
  tools: ImportTools,
  input: Input,
  request: Omit<ImportOptions, "user">,
  attempt: Attempt,
): Promise<ImportReport> {
  const { config, clock } = tools;
  const { name, text } = await readList(input);
  const entries = readImport(name, text);
  if (entries.length === 0) throw new UserError(`${name} has no entry: there is nothing to import in it.`);
  if (!request.isDryRun) await assertRight(tools, { action: "import", subject: name }, attempt);
  const outcomes = await judge(tools, siftImport(entries));
  const wanted = outcomes.flatMap(({ outcome, ip }) => (outcome === "taken" ? [ip] : []));
  const at = clock.now();
  const until = config.blockDays === 0 ? null : at + config.blockDays * DAY_MS;
  const about = { name, most: config.maxBlocksPerApproval, until };
  if (request.isDryRun) return toImportReport(outcomes, { ...about, state: "dry-run" });
  if (wanted.length > about.most && !request.isSure)
    return toImportReport(outcomes, { ...about, state: "unsure" });
  if (wanted.length === 0) return toImportReport(outcomes, { ...about, state: "done" });
  const change = await openChange(tools.records, {
    at,
    kind: "add",
    who: nameWho(attempt.user),
    action: "import",
    wanted,
    reason: toPlain(request.reason ?? "") || name,
    until,
    proposalId: null,
    scanId: null,
    link: null,
  });
  step("change written down");
  await carryOut(tools, change);
  const added = await addedBy(tools, change);
  tools.log.info({ by: attempt.user.id, file: name, added: added.size }, "blocklist imported");
  return toImportReport(
    outcomes.map((outcome) => settled(outcome, added)),
    { ...about, state: "done" },
  );
}

async function readList(input: Input): Promise<{ readonly name: string; readonly text: string }> {
  const name = toPlain(input.kind === "file" ? basename(input.path) : input.name);
  if (input.kind === "text") return { name, text: input.text };
  const bytes = input.kind === "file" ? await readFileBytes(input.path, MOST_BYTES) : input.bytes;
  if (input.kind === "bytes" && bytes.length > LONGEST_PIPE)
    throw new UserError(`${name} has more than ${toMebibytes(LONGEST_PIPE)}: give a file instead.`);
  const kind = toFileKind(name, bytes);
  if (kind.kind === "refused" || kind.kind === "zip")
    throw new UserError(`${name} is no list in text: save it as txt, csv or json and import that.`);
  return { name, text: decodeText(name, bytes).text };
}

/** Standard input is not read further by the command line. */
const LONGEST_PIPE = 10 * 1024 * 1024;

/** Owners and AS numbers count for the whitelist as far as they are known: they are asked only for what else would be taken. */
async function judge(
  { listings, lookUps }: ImportTools,
  sifted: ReturnType<typeof siftImport>,
): Promise<readonly ImportOutcome[]> {
  const lists = listings.lines();
  const outcomes = judgeImport(sifted, lists, () => null);
  const indicators = outcomes.flatMap(({ outcome, ip }) =>
    outcome === "taken" ? [{ kind: "ip", value: ip } as const] : [],
  );
  const facts = new Map<string, Facts>();
  for (const [at, answer] of (await lookUps.known(indicators, { old: true })).entries()) {
    const ip = indicators[at]?.value;
    if (ip !== undefined && answer?.outcome === "answered" && answer.facts !== null)
      facts.set(ip, answer.facts);
  }
  return facts.size === 0 ? outcomes : judgeImport(sifted, lists, (ip) => facts.get(ip) ?? null);
}

/** A change that found nothing to do is taken back, and has added nothing. */
async function addedBy({ records }: ListTools, change: number): Promise<ReadonlySet<string>> {
  const row = await records
    .selectFrom("list_change")
    .select("effective")
    .where("id", "=", change)
    .executeTakeFirst();
  return new Set(JSON.parse(row?.effective ?? "[]") as string[]);
}

function settled(outcome: ImportOutcome, added: ReadonlySet<string>): ImportOutcome {
  if (outcome.outcome !== "taken" || added.has(outcome.ip)) return outcome;
  return { ...outcome, outcome: "refused", refusal: { cause: "overtaken" } };
}

/** Names of files come from outside, and end up in records and exports. */
function toPlain(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, REASON_LENGTH);
}
