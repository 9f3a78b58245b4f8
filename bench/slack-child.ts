import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a bot needs to know of the Slack that it is to serve. */
export interface SlackStart {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
}

/** What the process is to do; every order has one reply. */
export type SlackOrder =
  | { readonly kind: "use-http"; readonly url: string }
  /** A command for each address, all at once; `isAnswered`: until all of them are answered to the end. */
  | { readonly kind: "acknowledgements"; readonly addresses: readonly string[]; readonly isAnswered: boolean }
  /** A command for each, so many under way at a time, each until its file is there. */
  | { readonly kind: "answers"; readonly addresses: readonly string[]; readonly atOnce: number }
  | { readonly kind: "say"; readonly text: string };

export type SlackReply =
  | { readonly kind: "done" }
  | { readonly kind: "times"; readonly ms: readonly number[] }
  | { readonly kind: "failed"; readonly reason: string };

/** A running Slack. */
export interface SlackChild extends SlackStart {
  /** Carries out one order. Resolves to the times that it took. @throws Error when it could not be carried out. */
  order(order: SlackOrder): Promise<readonly number[]>;
}

const PROCESS = new URL("./slack-process.ts", import.meta.url);

/** Runs `work` beside a stand-in for Slack in a process of its own, which ends afterwards. */
export async function withSlack<T>(work: (slack: SlackChild) => Promise<T>): Promise<T> {
  const child = fork(fileURLToPath(PROCESS), [], { execArgv: ["--import", "tsx"] });
  const exited = once(child, "exit");
  async function next<Message>(): Promise<Message> {
    const [message] = (await Promise.race([once(child, "message"), exited.then(fail)])) as [Message];
    return message;
  }
  try {
    const start = await next<SlackStart>();
    return await work({
      ...start,
      async order(order) {
        const reply = next<SlackReply>();
        child.send(order);
        const answered = await reply;
        if (answered.kind === "failed") throw new Error(`The stand-in for Slack: ${answered.reason}`);
        return answered.kind === "times" ? answered.ms : [];
      },
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

function fail(): never {
  throw new Error("The process of the stand-in for Slack ended.");
}
