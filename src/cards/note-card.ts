import type { Reply } from "../reply.ts";
import type { Card, Text } from "./card-parts.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** A sentence, with a mark that says whether something is wrong. */
export function noticeCard({ tone, text }: Of<"notice">): Card {
  const mark = tone === "problem" ? "⚠️ " : "ℹ️ ";
  return { fallback: text, blocks: [{ kind: "text", text: [`${mark}${text}`] }] };
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
export function helpCard(): Card {
  const lines = REQUESTS.flatMap(([words, does]): Text => [{ code: `/vtip ${words}` }, `  ${does}\n`]);
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
          " from a message's menu. In a thread, mention me: commands do not work there.",
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
