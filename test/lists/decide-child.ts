import { writeSync } from "node:fs";

import { approve, endBlocks, undo, unblock } from "../../src/commands/approval.ts";
import { importBlockList } from "../../src/commands/import-block-list.ts";
import { ANN, openListBench } from "./list-bench.ts";

/**
 * Run by tests as a process of its own: does `act` in `folder` at the time `now`, and kills itself at step `fatal`
 * (from 1; 0: never). Prints the names of the steps, and what came out.
 */
const [folder = "", act = "", subject = "", now = "0", fatal = "0"] = process.argv.slice(2);

let steps = 0;
(globalThis as Record<symbol, unknown>)[Symbol.for("vtip.step")] = (name: string) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(fatal)) process.kill(process.pid, "SIGKILL");
};

const { DATABASE_URL: databaseUrl } = process.env;
const bench = await openListBench(
  folder,
  databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
  Number(now),
);
const attempt = { user: ANN, groupsOf: async () => [], link: "https://chat.example/1" };
switch (act) {
  case "approve": {
    const choice = { ips: null, days: null, reason: "seen twice", isSure: false };
    writeSync(1, `= ${(await approve(bench.tools, subject, { ...attempt, ...choice })).kind}\n`);
    break;
  }
  case "undo":
    writeSync(1, `= ${(await undo(bench.tools, subject, attempt)).kind}\n`);
    break;
  case "unblock":
    writeSync(1, `= ${await unblock(bench.tools, subject, "ours", attempt)}\n`);
    break;
  case "import": {
    const tools = { ...bench.tools, lookUps: { known: async () => [] } };
    const input = { kind: "text", name: "old.txt", text: subject } as const;
    const options = { reason: null, isDryRun: false, isSure: false };
    writeSync(1, `= ${(await importBlockList(tools, input, options, attempt)).state}\n`);
    break;
  }
  case "end":
    await endBlocks(bench.tools);
    writeSync(1, "= ended\n");
    break;
  default:
    throw new Error(`no act ${act}`);
}
await bench.close();
