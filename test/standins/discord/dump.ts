import type { SeenMessage } from "./messages.ts";
import { textOf } from "./reading.ts";
import type { Call } from "./trace.ts";

/** The last messages and calls, for whoever waited in vain. */
export function dump(messages: readonly SeenMessage[], calls: readonly Call[]): string {
  const said = messages.slice(-15).map((message) => {
    const { id, channel, threadOf, ephemeralTo, isThinking } = message;
    const place = threadOf === null ? channel : `thread ${channel}`;
    const text = isThinking ? "(is thinking…)" : textOf(message).replaceAll("\n", " ⏎ ").slice(0, 100);
    return `  ${id} ${place}${ephemeralTo === null ? "" : ` to ${ephemeralTo}`}: ${text}`;
  });
  const called = calls
    .slice(-15)
    .map(({ route, outcome }) => `  ${route} ${outcome?.error ?? outcome?.status ?? "…"}`);
  return ["messages:", ...said, "calls:", ...called].join("\n");
}
