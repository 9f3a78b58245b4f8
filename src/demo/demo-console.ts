import { createServer } from "node:net";

import type { Env } from "../env.ts";
import { serve } from "../serve.ts";
import { SAMPLE_REPORT } from "./sample.ts";

const PORT = 5000;
/** Of the list that is under way when the console opens. */
const RUNNING = 90;

/** Runs the console on the records of a demo, with a scan that waits for approval and one that runs. */
export async function serveDemo(
  env: Env,
  signal: AbortSignal,
  onNotice: (sentence: string) => void,
): Promise<void> {
  const port = env["HTTP_PORT"] || String((await isFree(PORT)) ? PORT : 0);
  let url = "";
  await serve({
    env: { ...env, ADAPTERS: "http", HTTP_PORT: port, APPROVERS: "local:console", BLOCK_DAYS: "30" },
    signal,
    isDemo: true,
    onNotice(sentence) {
      url = /https?:\/\/\S+/u.exec(sentence)?.[0] ?? url;
      if (!sentence.startsWith("vtip serves")) return;
      onNotice(`DEMO: the console is at ${url} until Ctrl-C.`);
      void fill(url).catch((error: unknown) =>
        onNotice(`The demo's scans could not be begun: ${String(error)}`),
      );
    },
  });
}

/** The sample is cached by then: it is over at once, and waits for approval. */
async function fill(url: string): Promise<void> {
  await begin(url, SAMPLE_REPORT);
  const list = Array.from({ length: RUNNING }, (_, at) => `28.201.${at % 7}.${at + 1}`);
  await begin(url, list.join("\n"));
}

async function begin(url: string, text: string): Promise<void> {
  const answer = await fetch(`${url}/api/scans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
