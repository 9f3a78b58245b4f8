import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { Delivered } from "../../src/chat.ts";
import type { Reply } from "../../src/reply.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { BOB, KEY, openRoom, orphan, textOf, type Room } from "./room.ts";

const REFUSED: Delivered = { kind: "refused", reason: "The workspace allows no files." };

function saidIn(room: Room): string {
  return room.messages.map(({ reply }) => textOf(reply)).join("\n");
}

/** Refuses every post of one kind. */
function refuse(room: Room, kind: Reply["kind"]): void {
  for (let at = 0; at < 20; at += 1) {
    room.faults.push(({ reply }) => (reply.kind === kind ? REFUSED : null));
  }
}

describe("what the platform does not take", () => {
  test("a live message that cannot be changed any more: the summary comes as a message of its own, with all under it", async () => {
    const ips = addresses(3);
    const room = await openRoom({ objects: allAs(ips, flagged(9)), latencyMs: 30 });
    const run = await room.open();
    for (let at = 0; at < 20; at += 1) room.editFaults.push(() => REFUSED);

    await run.command(ips.join(" "));

    const kinds = room.messages.map(({ reply }) => reply.kind);
    expect(kinds).toEqual(["progress", "report", "rows", "file", "proposal"]);
    const summary = room.messages[1];
    expect(room.messages.slice(2).every(({ under }) => under === summary?.ref)).toBe(true);
  });

  test.each([["rows"], ["file"], ["proposal"]] as const)("%s: the thread says so, and why", async (kind) => {
    const ips = addresses(3);
    const room = await openRoom({ objects: allAs(ips, flagged(9)) });
    const run = await room.open();
    refuse(room, kind);

    await run.command(ips.join(" "));

    expect(saidIn(room)).toContain("The workspace allows no files.");
    expect(room.messages).toHaveLength(4);
  });

  test("the file of blocklist: who asked is told why", async () => {
    const room = await openRoom();
    const run = await room.open();
    writeFileSync(join(room.folder, "blacklist.txt"), "45.10.0.1\n");
    refuse(room, "file");

    await run.command("blocklist");

    expect(room.whispers).toMatchObject([
      { text: expect.stringContaining("The workspace allows no files.") },
    ]);
  });

  test("a card that cannot be changed: who pressed hears what was decided", async () => {
    const ips = addresses(2);
    const room = await openRoom({ objects: allAs(ips, flagged(9)) });
    const run = await room.open();
    await run.command(ips.join(" "));
    const id = room.messages.find(({ reply }) => reply.kind === "proposal")?.mark ?? "";
    room.editFaults.push(() => REFUSED);

    await run.click(`block:${id}`, BOB);

    expect(room.whispers.map((whisper) => textOf(whisper)).join("\n")).toContain("2 addresses blocked");
  });

  test("a plan: told once, and not again by the next run", async () => {
    const room = await openRoom();
    const run = await room.open();
    room.faults.push(() => ({ kind: "refused", reason: "Invite me with /invite." }));
    await run.command(addresses(120).join(" "));
    expect(room.whispers).toMatchObject([{ text: "Invite me with /invite." }]);
    await run.close();
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(room.whispers).toHaveLength(1);
    expect(room.messages).toEqual([]);
  });
});

describe("a state that got lost on the way", () => {
  test("why a scan waits is shown again until it stands there", async () => {
    const ips = addresses(4);
    const room = await openRoom({ objects: allAs(ips, flagged(0)), keys: { [KEY]: { perMinute: 2 } } });
    const run = await room.open({ VT_KEY1_PER_DAY: "2", VT_KEY1_PER_MONTH: "100", CONFIRM_OVER: "100" });
    const scanning = run.command(ips.join(" "));
    await room.until(() => room.live() !== undefined, "the plan");
    const scanId = room.live()?.mark.split("/")[0] ?? "";
    room.editFaults.push((reply) =>
      reply.kind === "progress" ? { kind: "later", afterMs: 10, reason: "busy" } : null,
    );
    room.editFaults.push((reply) =>
      reply.kind === "progress" ? { kind: "later", afterMs: 10, reason: "busy" } : null,
    );
    const starting = run.click(`start:${scanId}`, BOB);
    await room.until(() => {
      const reply = room.live()?.reply;
      return reply?.kind === "progress" && textOf(reply).includes("day's quota used");
    }, "why it waits");
    await run.click(`cancel:${scanId}`, BOB);
    await Promise.all([scanning, starting]);
  }, 30_000);

  test("a plan that stands there is left as it is by the next run", async () => {
    const room = await openRoom();
    const run = await room.open();
    await run.command(addresses(120).join(" "));
    await run.close();
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(room.live()?.reply.kind).toBe("plan");
    expect(room.live()?.earlier).toEqual([]);
  });
});
