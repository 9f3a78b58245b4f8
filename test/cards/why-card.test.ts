import { describe, expect, test } from "vitest";

import { toCard } from "../../src/card.ts";
import type { StoryEvent } from "../../src/lists/story-event.ts";
import type { Reply } from "../../src/reply.ts";
import { textOf } from "../chat/room.ts";
import { NOW, samples } from "../chat/samples.ts";

type Why = Extract<Reply, { kind: "why" }>;

const DAY_MS = 86_400_000;

function sample(more: Partial<Why> = {}): Why {
  const { why } = samples({ requester: "chat:1", approver: "chat:2" });
  if (why?.kind !== "why") throw new Error("there is no such sample");
  return { ...why, ...more };
}

function unblocked(at: number, reason: string): StoryEvent {
  return {
    kind: "unblocked",
    at,
    who: "chat:2 (bob)",
    action: "unblock",
    reason,
    until: null,
    evidence: null,
    scanId: null,
    proposalId: null,
    link: null,
  };
}

function story(count: number, reason: string, earlierLookUps = 0): Partial<Why> {
  const events = Array.from({ length: count }, (_, at) =>
    unblocked(NOW + at * DAY_MS, `${at + 1} ${reason}`),
  );
  return { story: { events, earlierLookUps } };
}

function lines(reply: Why): readonly string[] {
  return textOf(reply)
    .split("\n")
    .filter((line) => line.includes(" · "));
}

describe("the card of an address", () => {
  test("says how it stands, who proposed and approved it, on what, and until when", () => {
    const [title, head] = toCard(sample()).blocks;

    expect(title).toMatchObject({ kind: "title", tone: "blocked", text: "45.155.205.233: blocked" });
    expect(head).toMatchObject({
      kind: "text",
      text: [
        "Blocked since 2026-11-20 10:00 UTC, until 2026-11-27, by ",
        { user: "chat:2" },
        " (line 14).",
        "\n",
        "Proposed after ",
        { link: "https://chat.example/P-7K3Q", text: "S-7K3Q" },
        ", asked for by ",
        { user: "chat:1" },
        ": 8/94 by Acme Lab, Bramble, Cinder and 1 more.",
        "\n",
        "Reason: seen in the mail gateway's log",
        "\nNo whitelist entry protects it.",
        "\nAsked by ",
        { user: "chat:1" },
      ],
    });
  });

  test("has nothing but the line, where an edit by hand is not taken over yet", () => {
    expect(textOf(sample({ block: null }))).toContain("On the blacklist, line 14.\n");
  });

  test("tells what happened, the newest last, and how much it leaves out", () => {
    const text = textOf(sample());

    expect(text).toContain("Seen in 61 scans\n2026-10-22 10:00 UTC · 48 times until 2026-11-01: clean 0/94");
    expect(lines(sample()).at(-1)).toBe(
      "2026-11-20 10:00 UTC · blocked by chat:2 (bob), until 2026-11-27, on 8/94 in S-7K3Q: seen in the mail gateway's log",
    );
    expect(text).not.toContain("at the command line");
    expect(text).toContain("11 older look-ups left out.");
  });

  test("shows the last 15 of many events", () => {
    const reply = sample(story(20, "why"));

    expect(lines(reply).map((line) => /: (\d+) why$/.exec(line)?.[1])).toEqual(
      Array.from({ length: 15 }, (_, at) => String(at + 6)),
    );
    expect(textOf(reply)).toContain("and 5 earlier: vtip why 45.155.205.233 at the command line has all.");
  });

  test("shows fewer where they are long, so that the newest is never cut off", () => {
    const reply = sample(story(20, "x".repeat(5000)));

    expect(lines(reply).length).toBeGreaterThan(9);
    expect(lines(reply).join("").length).toBeLessThan(2500);
    expect(lines(reply).at(-1)).toContain("20 xxx");
  });

  test("of an address that nobody knows has no more than that", () => {
    const nothing = { events: [], earlierLookUps: 0 };
    const text = textOf(sample({ blocked: null, block: null, seenIn: 0, story: nothing }));

    expect(text).toContain("45.155.205.233: not blocked\nIt is not on the blacklist.");
    expect(text).toContain("Seen in 0 scans");
    expect(text).not.toContain("left out");
  });
});
