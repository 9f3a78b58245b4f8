import { toCard as toAnyCard, type Card, type Speech } from "../../src/card.ts";
import type { Reply } from "../../src/contract.ts";

/** What Discord asks for by another name than the core does. */
const OPTIONS = new Map([["anything", "indicators: file:"]]);

/** Each request is a command of its own, and what it takes are its options: `/vtip-why ip:`, `/vtip-plan indicators: file:`. */
const SPEECH: Speech = {
  write(request) {
    const words = request.split(" ");
    const name = words.filter((word) => /^\w/.test(word)).map((word) => `-${word}`);
    const options = words.filter((word) => /^\W/.test(word)).map(toOption);
    return [`/vtip${name.join("")}`, ...options].join(" ");
  },
  inThreads: " All of it works in threads, too.",
};

function toOption(word: string): string {
  const name = word.slice(1, -1);
  const option = OPTIONS.get(name) ?? `${name}:`;
  return word.startsWith("[") ? `[${option}]` : option;
}

/** A reply in words, with the commands as Discord has them. */
export function toCard(reply: Reply): Card {
  return toAnyCard(reply, SPEECH);
}
