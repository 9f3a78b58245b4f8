import { describe, expect, test } from "vitest";

import { toCard, toForm } from "../src/card.ts";
import type { Adapter, Conversation, Delivered, Incoming, Post } from "../src/contract.ts";
import type { Reply } from "../src/reply.ts";
import { hostileSamples, manyRows, NOW, ROWS, samples, type People } from "./chat/samples.ts";

/** A message as a person sees it on the platform. */
interface Seen {
  /** Everything that is read, top to bottom, without mark-up. */
  readonly text: string;
  readonly buttons: readonly string[];
  readonly fileNames: readonly string[];
  /** Where its links lead. */
  readonly links: readonly string[];
  /** Everything in it by which people are called: mentions, as the platform writes them. */
  readonly mentions: readonly string[];
  /** As the platform was given it. */
  readonly raw: string;
}

/** An adapter on a stand-in of its platform, with somebody in the core's place who writes down what arrives. */
export interface ContractStage {
  readonly adapter: Adapter;
  readonly people: People;
  /** A place in which the bot may write, in which nothing is said yet; and one in which it may not. */
  readonly place: string;
  readonly closedPlace: string;
  see(message: string): Seen;
  /** What the person of `place` was told alone. */
  whispered(): readonly Seen[];
  /** Presses a button as a person does. */
  press(message: string, label: string): Promise<void>;
  arrived(count: number): Promise<readonly Incoming[]>;
  /** Resolves when the platform has no connection to the adapter any more; rejects when it keeps one. */
  released(): Promise<void>;
}

/** What every adapter promises; each one's tests call it with a stage of its own. */
export function contractOf(name: string, open: () => Promise<ContractStage>): void {
  describe(`the contract of adapters/${name}`, () => {
    test("every card is posted whole, with its buttons, and can be put in another's place", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);
      const replies = Object.entries(samples(stage.people)).filter(([, reply]) => toForm(reply) === null);

      for (const [kind, reply] of replies) {
        const message = await sent(conversation, { mark: kind, reply, under: null });
        const seen = stage.see(message);
        expect(seen.buttons, kind).toEqual(buttonsOf(reply));
        for (const piece of pieces(reply)) expect(flat(seen.text), kind).toContain(flat(piece));
        expect(await conversation.edit(message, { kind: "help" }), kind).toMatchObject({ kind: "sent" });
        expect(stage.see(message).buttons, kind).toEqual([]);
      }
    });

    test("text from outside stays text: no mention, no mark-up, no link but to VirusTotal", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);

      for (const [kind, reply] of Object.entries(hostileSamples(stage.people))) {
        if (toForm(reply) !== null || !JSON.stringify(reply).includes("channel")) continue;
        const seen = stage.see(await sent(conversation, { mark: kind, reply, under: null }));
        const people = Object.values(stage.people).map((id) => id.split(":").at(-1) ?? "");
        expect(seen.raw, kind).not.toContain("\u202E");
        expect(
          seen.mentions.filter((mention) => !people.some((id) => mention.includes(id))),
          kind,
        ).toEqual([]);
        expect(
          seen.links.filter((link) => !/^https:\/\/(www\.virustotal\.com|chat\.example)\//.test(link)),
          kind,
        ).toEqual([]);
        if (JSON.stringify(toCard(reply)).includes("evil.example"))
          expect(seen.text, kind).toContain("evil.example");
      }
    });

    test("a page of the longest rows fits into one message, and no row is lost or cut", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);
      const { rows: most, characters } = conversation.page;
      let length = 0;
      const rows = manyRows(most).filter((row) => {
        length += JSON.stringify(toCard(toRows([row])).blocks).length;
        return length <= characters;
      });

      const seen = stage.see(await sent(conversation, { mark: "rows", reply: toRows(rows), under: null }));

      expect(rows.length).toBeGreaterThan(3);
      for (const { piece, facts } of rows) {
        expect(seen.text).toMatch(
          new RegExp(`${piece.input.replaceAll(".", "\\.")} · unsafe 8/94 · Very .* · AS${facts?.asn}`),
        );
      }
    });

    test("10,000 rows in one card: what does not fit is said to be in the file", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);

      const seen = stage.see(
        await sent(conversation, { mark: "rows", reply: toRows(manyRows(10_000)), under: null }),
      );

      expect(seen.text).toMatch(/45\.0\.0\.0 · unsafe/);
      expect(seen.text).toMatch(/[\d,]+ more/);
    });

    test("an empty report is one, with its zeros", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);
      const { report } = samples(stage.people);
      if (report?.kind !== "report") throw new Error("the sample is gone");
      const none = { unsafe: 0, suspicious: 0, clean: 0, unknown: 0, failed: 0, skipped: 0, rejected: 0 };
      const summary = { ...report.summary, ...none, indicators: 0 };

      const seen = stage.see(
        await sent(conversation, { mark: "empty", reply: { ...report, summary, first: [] }, under: null }),
      );

      expect(seen.text).toContain("0 inputs: 0 unsafe");
    });

    test("what was posted is found by its mark, under what it hangs, and nothing else is", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);
      const reply: Reply = {
        kind: "rows",
        scanId: "S-7K3Q",
        rows: ROWS,
        page: 1,
        pages: 1,
        inFileOnly: 0,
        ...about(),
      };
      const head = await sent(conversation, { mark: "S-7K3Q/live", reply: { kind: "help" }, under: null });
      const under = await sent(conversation, { mark: "S-7K3Q/rows-1", reply, under: head });
      const since = Date.now() - 60_000;

      const again = stage.adapter.conversation(conversation.id);
      expect(await again.find({ mark: "S-7K3Q/live", reply, under: null }, since)).toEqual({
        kind: "found",
        message: head,
      });
      expect(await again.find({ mark: "S-7K3Q/rows-1", reply, under: head }, since)).toEqual({
        kind: "found",
        message: under,
      });
      expect(await again.find({ mark: "S-7K3Q/rows-2", reply, under: head }, since)).toEqual({
        kind: "absent",
      });
    });

    test("where the bot may not post it is refused with a sentence on what to do", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.closedPlace);

      const delivered = await conversation.post({ mark: "closed", reply: { kind: "help" }, under: null });

      expect(delivered).toMatchObject({ kind: "refused", reason: expect.stringMatching(/invite/i) });
    });

    test("a button gives back its action, as it is", async () => {
      const stage = await open();
      const conversation = stage.adapter.conversation(stage.place);
      const { plan } = samples(stage.people);
      const message = await sent(conversation, {
        mark: "plan",
        reply: plan ?? { kind: "help" },
        under: null,
      });

      await stage.press(message, "Cached only");

      const [incoming] = await stage.arrived(1);
      expect(incoming).toMatchObject({ kind: "action", action: "cached:S-7K3Q" });
      expect(stage.adapter.conversation(incoming?.conversation ?? "").id).toBe(incoming?.conversation);
    });

    test("stops clean, twice, and takes nothing after it", async () => {
      const stage = await open();

      await stage.adapter.stop();
      await stage.adapter.stop();

      await stage.released();
    });

    test.each(Object.entries(samples({ requester: "nobody", approver: "nobody" })).map(([kind]) => kind))(
      "the card %s is laid out as it was looked at",
      async (kind) => {
        const stage = await open();
        const conversation = stage.adapter.conversation(stage.place);
        const reply = samples(stage.people)[kind] ?? { kind: "help" };
        if (toForm(reply) !== null) return;

        const message = await sent(conversation, { mark: kind, reply, under: null });

        const golden = `${JSON.stringify(JSON.parse(stage.see(message).raw), null, 2)}\n`;
        await expect(golden).toMatchFileSnapshot(`${name}/golden/${kind}.json`);
      },
    );
  });
}

function about() {
  return { rule: { unsafeAbove: 3, countAsDetection: ["malicious", "suspicious"] }, at: NOW };
}

function toRows(rows: typeof ROWS): Reply {
  return { kind: "rows", scanId: "S-7K3Q", rows, page: 1, pages: 1, inFileOnly: 0, ...about() };
}

async function sent(conversation: Conversation, post: Post): Promise<string> {
  const delivered: Delivered = await conversation.post(post);
  if (delivered.kind !== "sent") throw new Error(`${post.mark} was not sent: ${JSON.stringify(delivered)}`);
  return delivered.message;
}

function buttonsOf(reply: Reply): readonly string[] {
  return toCard(reply).blocks.flatMap((block) =>
    block.kind === "buttons" ? block.buttons.map(({ label }) => label) : [],
  );
}

/** What a person must find again of a card: its titles, and each row's head. */
function pieces(reply: Reply): readonly string[] {
  return toCard(reply).blocks.flatMap((block) => {
    if (block.kind === "title") return [block.text];
    if (block.kind !== "rows") return [];
    return block.rows.map(({ head }) =>
      head.map((span) => (typeof span === "string" ? span : "code" in span ? span.code : "")).join(""),
    );
  });
}

/** Without what a platform may put between characters to keep them inert. */
function flat(text: string): string {
  return text.replaceAll(/\u2060|\u200B/gu, "");
}
