import { readFileSync } from "node:fs";

import { type Approver, createApprover } from "./approvals.ts";
import type { Way } from "./ask.ts";
import type { Chance } from "./chance.ts";
import { createEditor, type Editor } from "./hand-edits.ts";
import type { House } from "./house.ts";
import { createInputs, type Inputs } from "./inputs.ts";
import { readScan } from "./scans.ts";

/** A house with the people who use it. */
export interface Town {
  readonly house: House;
  readonly chance: Chance;
  readonly inputs: Inputs;
  readonly approver: Approver;
  readonly editor: Editor;
  /** What was asked about, by where: it is cached since. */
  readonly known: Record<Way, string[]>;
}

/** Nobody has asked anything yet. */
export function settle(house: House, chance: Chance): Town {
  return {
    house,
    chance,
    inputs: createInputs(chance),
    approver: createApprover(chance, async (scanId) => toBlock(house, scanId)),
    editor: createEditor(house.blacklist, chance),
    known: { slack: [], discord: [], http: [], "command line": [] },
  };
}

/** Unsafe, and not on the list yet. */
async function toBlock({ records, blacklist }: House, scanId: string): Promise<readonly string[]> {
  const open = records();
  if (open === null) return [];
  const listed = readFileSync(blacklist, "utf8").split(/\s/u);
  // Whoever asks while the records are away picks nothing.
  const items = await readScan(open, scanId).then(
    (scan) => scan.items,
    () => [],
  );
  const unsafe = items.filter(({ kind, status }) => kind === "ip" && status === "unsafe");
  return unsafe.flatMap(({ value }) => (value === null || listed.includes(value) ? [] : [value]));
}
