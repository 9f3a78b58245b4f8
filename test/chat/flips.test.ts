import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { foundBefore } from "../lists/other-verdict.ts";
import { openRoom, orphan, textOf, type OpenRoom, type Room } from "./room.ts";

const [BLOCKED, ALLOWED, NEW] = ["45.10.0.1", "45.11.0.1", "45.12.0.1"] as const;
const OBJECTS = { [BLOCKED]: flagged(0), [ALLOWED]: flagged(9), [NEW]: flagged(9) };

/** A room in which the verdicts of a blocked and of a whitelisted address are other ones than the day before. */
async function changed(more: Readonly<Record<string, ReturnType<typeof flagged>>> = {}) {
  const room = await openRoom({ objects: { ...OBJECTS, ...more } });
  writeFileSync(join(room.folder, "blacklist.txt"), `${BLOCKED} # by hand\n`);
  writeFileSync(join(room.folder, "whitelist.txt"), "# ours\n\n45.11.0.0/16\n");
  const run = await room.open({ CONFIRM_OVER: "5000" });
  await run.command(`${BLOCKED} ${ALLOWED}`);
  await foundBefore(run.tools.records, BLOCKED, 9);
  await foundBefore(run.tools.records, ALLOWED, 0);
  room.messages.length = 0;
  return { room, run };
}

function marks(room: Room): readonly string[] {
  return room.messages.map(({ mark }) => mark.replace(/^[SP]-\w{4}/u, "").slice(1));
}

function flipsOf(room: Room): readonly string[] {
  return room.messages.filter(({ reply }) => reply.kind === "flips").map(({ reply }) => textOf(reply));
}

/** Ends the run when the flips are in the records, before they are posted. */
function endAtFlips(run: OpenRoom): void {
  const hook = Symbol.for("vtip.step");
  const hooks = globalThis as Record<symbol, unknown>;
  hooks[hook] = (name: string) => {
    if (name === "flips written") void run.close();
  };
  onTestFinished(() => void delete hooks[hook]);
}

describe("changed verdicts of listed addresses", () => {
  test("are told in the thread, after the file and before the question, with what to do next", async () => {
    const { room, run } = await changed();

    await run.command(`${BLOCKED} ${ALLOWED} ${NEW}`);

    expect(marks(room)).toEqual(["live", "rows-1", "file", "flips", ""]);
    expect(room.messages.slice(1).every(({ under }) => under === room.live()?.ref)).toBe(true);
    expect(flipsOf(room)[0]?.split("\n")).toEqual([
      "2 verdicts changed",
      "45.10.0.1 · blocked, was unsafe (9/90), now clean (0/90)",
      "still blocked; unblock 45.10.0.1 if it is to go",
      "45.11.0.1 · whitelisted, was clean (0/90), now unsafe (9/90)",
      "whitelist line 3 (45.11.0.0/16) still protects it: take it out if it is to be blocked",
      "Of addresses on the blacklist or the whitelist, since VirusTotal was last asked about them.",
    ]);
  });

  test("are not told again by the next scan, and a scan without any says nothing of them", async () => {
    const { room, run } = await changed();
    await run.command(`${BLOCKED} ${ALLOWED}`);
    room.messages.length = 0;

    await run.command(`${BLOCKED} ${ALLOWED}`);
    await run.command(NEW);

    expect(flipsOf(room)).toEqual([]);
  });

  test("are told by the next run where this one ends between writing and posting, once", async () => {
    const { room, run } = await changed();
    endAtFlips(run);
    await run.command(`${BLOCKED} ${ALLOWED}`);
    const before = flipsOf(room);
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(before).toEqual([]);
    expect(flipsOf(room)).toEqual([expect.stringContaining("2 verdicts changed")]);
    expect(await next.tools.records.selectFrom("flip").select("ip").execute()).toHaveLength(2);
  });

  test("that cannot be posted are said to be missing, and the question comes all the same", async () => {
    const { room, run } = await changed();
    const refuse = { kind: "refused", reason: "It is too long." } as const;
    room.faults.push(...[1, 2, 3].map(() => () => null), () => refuse);

    await run.command(`${BLOCKED} ${ALLOWED} ${NEW}`);

    expect(marks(room)).toEqual(["live", "rows-1", "file", "flips-missing", ""]);
    expect(textOf(room.messages[3]?.reply ?? { kind: "help" })).toContain("It is too long.");
  });

  test("take the place of a page in a long thread, and are shown in part where they are many", async () => {
    const ips = addresses(200, 30);
    const { room, run } = await changed(allAs(ips, flagged(9)));
    writeFileSync(join(room.folder, "whitelist.txt"), "45.30.0.0/16\n");
    await run.command(ips.join(" "));
    for (const ip of ips.slice(0, 25)) await foundBefore(run.tools.records, ip, 0);
    room.messages.length = 0;

    await run.command([NEW, ...ips].join(" "));

    expect(marks(room).filter((mark) => mark.startsWith("rows-"))).toHaveLength(15);
    // The message that asked is the 20th.
    expect(room.messages).toHaveLength(19);
    expect(flipsOf(room)[0]).toMatch(/^25 verdicts changed[^]*45\.30\.0\.20 · [^]*and 5 more: in the file/);
  });
});
