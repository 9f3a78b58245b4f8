import type { SeenMessage } from "./messages.ts";
import type { Call } from "./trace.ts";

/** The last messages and calls, for whoever waited in vain. */
export function dump(messages: readonly SeenMessage[], calls: readonly Call[]): string {
  const said = messages.slice(-15).map(({ channel, threadTs, ts, text, ephemeralTo }) => {
    const thread = threadTs === null ? "" : ` in ${threadTs}`;
    return `  ${ts} ${channel}${thread}${ephemeralTo === null ? "" : ` to ${ephemeralTo}`}: ${text.slice(0, 100)}`;
  });
  const called = calls
    .slice(-15)
    .map(({ method, outcome }) => `${method} ${outcome?.error ?? outcome?.status ?? "…"}`);
  return ["messages:", ...said, `calls: ${called.join(", ")}`].join("\n");
}
