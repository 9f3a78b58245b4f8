import type { Platform, SeenMessage } from "../../test/scenarios/platform.ts";
import type { Chance } from "./chance.ts";
import { readBoard, scanIdOf } from "./messages.ts";
import { comesTrue, sleep } from "./patience.ts";

/** What bob does: blocks all, picks what is blocked, or takes an answer back. */
type Deed = "block" | "choose" | "undo";

/** A press on a card, which may have had no effect: the card shows it. */
interface Press {
  readonly deed: Deed;
  /** What was picked; null: all. */
  readonly picked: readonly string[] | null;
  readonly platform: Platform["name"];
  readonly scanId: string;
  readonly card: SeenMessage;
}

/** What bob does about cards, one after the other, so that it is clear what each of them added. */
export interface Approver {
  /** Answers a question, or takes an answer back, again and again until the card shows it. */
  act(platform: Platform, deed: Deed): Promise<void>;
  /** In the order in which they were pressed. */
  presses(): readonly Press[];
  /** What was pressed again and again, and nothing came of it. */
  givenUp(): readonly string[];
}

const LABELS: Readonly<Record<Deed, string>> = { block: "Block", choose: "Choose", undo: "Undo" };

/** Another card may have put all of it on the list. */
const NOTHING_LEFT = "Nothing is left to block";
const AWAY_MS = 90_000;
const SHOWN_MS = 6000;
const AGAIN_MS = 300;
const MOST_TRIES = 10;
const MOST_PICKED = 3;

/** Somebody who may approve. `toBlock`: what of a scan can be blocked now. */
export function createApprover(
  chance: Chance,
  toBlock: (scanId: string) => Promise<readonly string[]>,
): Approver {
  const presses: Press[] = [];
  const givenUp: string[] = [];
  // What a form that was sent in vain may still come to, nobody could tell from what is pressed later.
  const left = new Set<string>();
  return {
    async act(platform, deed) {
      const cards = cardsOf(platform, LABELS[deed]).filter(({ card }) => !left.has(card.id));
      const [drawn] = chance.some(cards, 1);
      if (drawn === undefined) return;
      const offered = deed === "choose" ? await toBlock(drawn.scanId) : [];
      const picked = deed === "choose" ? chance.some(offered, chance.whole(1, MOST_PICKED)) : null;
      if (picked?.length === 0) return;
      presses.push({ deed, picked, platform: platform.name, ...drawn });
      const isOffered = async () => {
        const stillOffered = picked === null ? [] : await toBlock(drawn.scanId);
        return picked?.every((ip) => stillOffered.includes(ip)) ?? true;
      };
      const came = await pressUntilShown({ platform, card: drawn.card, deed, picked, isOffered });
      // It changed nothing, and the card may be pressed again when something is left.
      if (came === "nothing left") presses.pop();
      if (came !== "nothing") return;
      givenUp.push(`${LABELS[deed]} of ${drawn.scanId} on ${platform.name}`);
      if (deed === "choose") left.add(drawn.card.id);
    },
    presses: () => presses,
    givenUp: () => givenUp,
  };
}

interface Pressing extends Pick<Press, "deed" | "picked" | "card"> {
  readonly platform: Platform;
  /** Whether what was picked can be picked still: another card may have put it on the list. */
  isOffered(): Promise<boolean>;
}

/** What came of a press: the card shows that it was answered, by this or otherwise; he was told that it need not be. */
type Outcome = "shown" | "nothing left" | "nothing";

async function pressUntilShown({ platform, card, deed, picked, isOffered }: Pressing): Promise<Outcome> {
  const label = LABELS[deed];
  const question = deed === "undo" ? "Undo" : "Block";
  const isShown = () => !hasButton(now(platform, card), label);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (!(await comesTrue(platform.isHeard, AWAY_MS))) return "nothing";
    // The button may be gone by now.
    if (isShown()) return "shown";
    if (!(await isOffered())) return "nothing";
    const known = new Set(platform.alone("bob").map(({ id }) => id));
    // Both end by themselves: nobody presses again while the answer to a press is still waited for.
    const pressing = picked === null ? platform.click("bob", card, label) : pick(platform, card, picked);
    await pressing.catch(() => undefined);
    const isAsked = () =>
      platform.alone("bob").find((note) => !known.has(note.id) && hasQuestion(note, question));
    const isTooLate = () =>
      platform.alone("bob").some(({ id, text }) => !known.has(id) && text.includes(NOTHING_LEFT));
    await comesTrue(() => isShown() || isAsked() !== undefined || isTooLate(), SHOWN_MS);
    if (isTooLate()) return "nothing left";
    // What takes out much of the list is asked once more.
    const asked = isAsked();
    if (asked !== undefined) await platform.click("bob", asked, question).catch(() => undefined);
    if (await comesTrue(isShown, SHOWN_MS)) return "shown";
    await sleep(AGAIN_MS);
  }
  return isShown() ? "shown" : "nothing";
}

async function pick(platform: Platform, card: SeenMessage, ips: readonly string[]): Promise<void> {
  const choice = await platform.choose("bob", card);
  await choice.send({ ips });
}

/** The card as it is now. */
export function now(platform: Platform, { id, place, under }: SeenMessage): SeenMessage | undefined {
  const head = under === null ? undefined : { id, place, under };
  const all = head === undefined ? platform.messages(place) : platform.under(head as SeenMessage);
  return all.find((one) => one.id === id);
}

function hasButton(card: SeenMessage | undefined, label: string): boolean {
  return card?.buttons.some((button) => withoutSign(button).startsWith(label)) ?? false;
}

/** `Block…` leads on to what is ticked; a question has the deed itself. */
function hasQuestion(note: SeenMessage, deed: string): boolean {
  return note.buttons.some((label) => withoutSign(label).startsWith(deed) && !label.endsWith("…"));
}

/** Those in channels: nobody else sees what is said in direct messages. */
function cardsOf(platform: Platform, label: string): readonly Pick<Press, "scanId" | "card">[] {
  const board = readBoard(platform);
  const direct = new Set(platform.people.map(platform.dm));
  return board.all.flatMap((message) => {
    const scanId = direct.has(message.place) ? null : scanIdOf(message);
    if (scanId === null) return [];
    return board
      .besides(scanId)
      .filter((card) => hasButton(card, label))
      .map((card) => ({ scanId, card }));
  });
}

function withoutSign(label: string): string {
  return label.replace(/^[^\p{L}]+/u, "");
}
