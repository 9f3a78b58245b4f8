import { once } from "node:events";

import { openBlockStage } from "./block-stage.ts";

/** Run by `kills` as a process of its own: approves, undoes and unblocks without end, until it is killed. */
const [settings = "{}", nth = "0"] = process.argv.slice(2);
process.send?.("loaded");
await once(process, "message");
const stage = await openBlockStage(JSON.parse(settings) as Readonly<Record<string, string>>);
// As every process of the program does at its start.
await stage.recover();
// What the one before has left is taken out again, so that the list does not grow without end.
for (const ip of await stage.ownOpen()) await stage.unblock(ip);
for (let round = 0; ; round += 1) {
  const ip = `5.200.${Number(nth) % 250}.${round % 250}`;
  const other = `5.201.${Number(nth) % 250}.${round % 250}`;
  const id = await stage.propose([ip, other], `${nth}-${round}`);
  await stage.approve(id);
  if (round % 2 === 0) await stage.undo(id);
  else await stage.unblock(ip);
  // The first round compiles the code, and would take most of the time.
  if (round === 0) process.send?.("begins");
}
