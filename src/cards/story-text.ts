import type {
  Acted,
  Attempted,
  Decided,
  StandingBlock,
  StoryEvent,
  StoryScore,
} from "../lists/story-event.ts";
import type { Span, Text } from "./card-parts.ts";
import { short, toSource } from "./row.ts";
import { wordDay, wordTime } from "./words.ts";

type Of<Kind extends StoryEvent["kind"]> = Extract<StoryEvent, { readonly kind: Kind }>;

/** Engines that are named. */
const MOST_ENGINES = 3;
/** What stands in a line beside others is cut sooner. */
const REASON_LENGTH = 100;
const NAME_LENGTH = 60;
const SOURCE_LENGTH = 40;

/** What the records have of the block that stands, a line each. `line` is its line in the file. */
export function toBlockLines(block: StandingBlock, line: number): readonly Text[] {
  const { since, by, until, reason, proposedFor, scanId, evidence, link } = block;
  if (by === null) return [[`On the blacklist since ${wordTime(since)}, line ${line}; put there by hand.`]];
  const head = [`Blocked since ${wordTime(since)}, ${wordEnd(until)}, by `, { user: by }, ` (line ${line}).`];
  return [
    head,
    ...(scanId === null
      ? []
      : [
          [
            "Proposed after ",
            toScan(scanId, link),
            ...(proposedFor === null ? [] : [", asked for by ", { user: proposedFor }]),
            evidence === null ? "." : `: ${wordScore(evidence)}${wordEngines(evidence.engines)}.`,
          ],
        ]),
    ...(reason === null ? [] : [[`Reason: ${short(reason, 500)}`]]),
  ];
}

/** One thing that happened, in one line, without its time. */
export function toStoryText(event: StoryEvent): Text {
  if ("action" in event) return toActed(event);
  switch (event.kind) {
    case "looked-up":
      return toLookedUp(event);
    case "rechecked":
      return [`looked up again${event.count > 1 ? ` ${wordTimes(event)}` : ""}: ${wordVerdict(event)}`];
    case "flipped":
      return [
        `was ${event.before}, now ${event.after} (${event.scanId}), while `,
        event.list === "blacklisted" ? "blocked" : `whitelisted by ${short(event.entry, NAME_LENGTH)}`,
      ];
    case "proposed":
      return [`proposed (${event.proposalId}), asked for by `, { user: event.requestedBy }];
    case "decided":
      return toDecided(event);
    case "refused":
    case "failed":
      return toAttempt(event);
  }
}

function toLookedUp(event: Of<"looked-up">): Text {
  const { count, scanId, source, link } = event;
  const words =
    count > 1 ? `${wordTimes(event)}: ${wordVerdict(event)}, last in ` : `${wordVerdict(event)} in `;
  return [words, toScan(scanId, link), " (", toSource(source, SOURCE_LENGTH), ")"];
}

function wordTimes({ count, lastAt }: Of<"rechecked" | "looked-up">): string {
  return `${count} times until ${wordDay(lastAt)}`;
}

/** `unsafe 9/90`; where the score has changed, `unsafe 5/90, then 9/90`. */
function wordVerdict({ status, firstScore, score }: Of<"rechecked" | "looked-up">): string {
  const scores = [firstScore, score].flatMap((one) => (one === null ? [] : [wordScore(one)]));
  return [status ?? "not asked yet", [...new Set(scores)].join(", then ")].join(" ").trimEnd();
}

function toDecided({ proposalId, outcome, choice, who, reason }: Decided): Text {
  const by = `by ${short(who, NAME_LENGTH)}`;
  switch (outcome) {
    case "approved":
      return [`${proposalId} approved ${by}, this address ${wordChoice(choice)}${wordReason(reason)}`];
    case "dismissed":
      return [`${proposalId} dismissed ${by}`];
    case "expired":
      return [`${proposalId} expired: nobody decided`];
  }
}

function wordChoice(choice: Decided["choice"]): string {
  switch (choice) {
    case "whitelisted":
      return "left out: whitelisted";
    case "guarded":
      return "left out: our own, or shared infrastructure";
    case "chosen":
    case "not chosen":
    case null:
      return choice ?? "not chosen";
  }
}

function toAttempt({ kind, tried, who, because, reason, subject }: Attempted): Text {
  const what = subject === null ? tried : `${tried} of ${subject}`;
  const words = `${what} by ${short(who, NAME_LENGTH)} ${kind}: ${short(because, REASON_LENGTH)}`;
  return [`${words}${reason === null ? "" : ` (${short(reason, REASON_LENGTH)})`}`];
}

function toActed(event: Acted): Text {
  const { kind, who, action, reason, until, evidence } = event;
  const by = ` by ${short(who, NAME_LENGTH)}`;
  const why = wordReason(reason);
  switch (kind) {
    case "blocked":
      return [
        `blocked${by}, ${wordEnd(until)}`,
        ...(evidence === null ? [] : [`, on ${wordScore(evidence)}`]),
        ...(event.scanId === null ? [] : [" in ", toScan(event.scanId, event.link)]),
        why,
      ];
    case "imported":
    case "extended":
      return [`${kind}${by}, ${wordEnd(until)}${why}`];
    case "ended":
      return ["block ended: its time was over"];
    case "let-go":
      return [`let go${by}${until === null ? "" : `, ends ${wordDay(until)}`}${why}`];
    case "undone":
    case "unblocked":
      return [`${kind}${by}${why}`];
    case "whitelisted":
      return [`taken off the blacklist${why}`];
    case "added-by-hand":
      return ["put on the blacklist by hand"];
    case "removed-by-hand":
      return ["taken off the blacklist by hand"];
    case "acted":
      return [`${short(action, NAME_LENGTH)}${by}${why}`];
  }
}

function toScan(scanId: string, link: string | null): Span {
  return link === null ? scanId : { link, text: scanId };
}

function wordEnd(until: number | null): string {
  return until === null ? "until removed" : `until ${wordDay(until)}`;
}

function wordScore({ detections, total }: StoryScore): string {
  return `${detections}/${total}`;
}

function wordEngines(engines: readonly string[]): string {
  if (engines.length === 0) return "";
  const shown = engines.slice(0, MOST_ENGINES).map((name) => short(name, 40));
  const left = engines.length - shown.length;
  return ` by ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}

function wordReason(reason: string | null): string {
  return reason === null ? "" : `: ${short(reason, REASON_LENGTH)}`;
}
