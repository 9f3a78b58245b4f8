import type { Reply } from "../reply.ts";
import type { Card, Text } from "./card-parts.ts";
import type { Speech } from "./speech.ts";
import { wordCount, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** A sentence, with a mark that says whether something is wrong. */
export function noticeCard({ tone, text, people = [] }: Of<"notice">): Card {
  const mark = tone === "problem" ? "⚠️ " : "ℹ️ ";
  return { fallback: text, blocks: [{ kind: "text", text: [mark, ...toSpans(text, people)] }] };
}

function toSpans(text: string, people: readonly string[]): Text {
  const [user, ...others] = people.toSorted((one, other) => other.length - one.length);
  if (user === undefined) return text === "" ? [] : [text];
  return text.split(user).flatMap((part, at) => [...(at === 0 ? [] : [{ user }]), ...toSpans(part, others)]);
}

/** What was decided before a click, and by whom. */
export function tooLateCard({ decision, isTheirs }: Of<"too-late">): Card {
  const { state, by, at, added, undoneBy, undoneAt } = decision;
  const who = isTheirs ? "You have decided this before: " : "This was decided before: ";
  const decided = ` by ${by ?? ""} on ${wordTime(at)}`;
  const people = [by, undoneBy].flatMap((id) => (id === null ? [] : [id]));
  switch (state) {
    case "blocked":
      return sentence(`${who}${wordCount(added.length, "address", "addresses")} blocked${decided}.`, people);
    case "dismissed":
      return sentence(`${who}dismissed${decided}. Nothing was blocked.`, people);
    case "undone":
      return sentence(
        `${who}blocked${decided}, and undone by ${undoneBy ?? ""} on ${wordTime(undoneAt ?? at)}.`,
        people,
      );
    case "expired":
      return sentence("This question is older than 7 days, so it has expired. Scan again for a new one.", []);
  }
}

function sentence(text: string, people: readonly string[]): Card {
  return noticeCard({ kind: "notice", tone: "problem", text, people });
}

const REQUESTS: readonly (readonly [string, string])[] = [
  ["<anything>", "checks every IP address, domain, URL and hash in it, defanged too"],
  ["plan <anything>", "what that would cost; asks nothing"],
  ["why <ip>", "is it blocked or protected, by whom, how often was it seen"],
  ["unblock <ip> [reason]", "takes it off the blacklist (approvers)"],
  ["blocklist", "what is blocked, with the file"],
  ["scans", "running and recent scans"],
  ["cancel <scan>", "stops a scan; what is known is reported"],
  ["quota", "what each key has used and left"],
];

/** What can be asked. */
export function helpCard(speech: Speech): Card {
  const lines = REQUESTS.flatMap(([words, does]): Text => [{ code: speech.write(words) }, `  ${does}\n`]);
  return {
    fallback: "How to use vtip",
    blocks: [
      { kind: "title", tone: "info", text: "vtip checks suspicious indicators with VirusTotal" },
      { kind: "text", text: lines },
      {
        kind: "text",
        text: [
          "Or mention me, write to me directly, attach a file (txt, log, csv, tsv, xlsx), or pick ",
          { bold: "Check with vtip" },
          ` from a message's menu.${speech.inThreads}`,
        ],
      },
      {
        kind: "note",
        text: [
          "What is looked up becomes visible to VirusTotal's community. Private addresses and internal names are never sent.",
        ],
      },
    ],
  };
}
