import { request as startRequest, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { onTestFinished, vi } from "vitest";

import type { ResultRecord, Status } from "../../src/contract.ts";
import type { Clock } from "../../src/model.ts";
import { KEY, openHouse, share, type AtEnd, type HouseOptions } from "../scenarios/stage.ts";

export { KEY };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** Settings by their names. */
export type Settings = Readonly<Record<string, string>>;

type House = Awaited<ReturnType<typeof openHouse>>;

/** VirusTotal, records, lists and the bot, with HTTP as its only platform. */
export interface HttpStage extends Omit<House, "start"> {
  path(name: string): string;
  /** Starts the bot on the folder's records, as `npm start` does; resolves when it serves. */
  start(env?: Settings, clock?: Clock): Promise<Site>;
  /** Resolves when it holds. */
  until<Found>(look: () => Promise<Found | false | undefined>, what: string): Promise<Found>;
}

/** A bot that is asked over HTTP. */
export interface Site {
  readonly url: string;
  readonly port: number;
  readonly notices: readonly string[];
  get(path: string, headers?: Settings): Promise<Answer>;
  /** A body that is text is sent as it is; a form as multipart; anything else as JSON. */
  post(path: string, body?: unknown, headers?: Settings): Promise<Answer>;
  send(method: string, path: string, headers?: Settings): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON. @throws Error where it is none. */
  json(): unknown;
  /** What the body says is wrong. */
  error(): unknown;
}

/** A scan as the API gives it. */
export interface ScanBody {
  readonly id: string;
  readonly state: string;
  readonly source: string;
  readonly notes: readonly string[];
  readonly open: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly link: string | null;
  readonly summary: Readonly<Record<Status | "indicators" | "requests" | "cached", number>>;
}

/** A page of results as the API gives it. */
export interface ResultsBody {
  readonly matching: number;
  readonly records: readonly ResultRecord[];
}

/** A stage for one test. */
export async function openHttp(
  options: Omit<HouseOptions, "channels"> = {},
  atEnd: AtEnd = onTestFinished,
): Promise<HttpStage> {
  const house = await openHouse(options, [], atEnd);
  return {
    ...house,
    path: (name) => join(house.folder, name),
    async start(env = {}, clock) {
      const running = await house.start({ HTTP_PORT: "0", APPROVERS: "local:console", ...env }, clock);
      const port = Number(/http:\/\/\S+:(\d+)/.exec(running.notices.join("\n"))?.[1]);
      return { ...toSite(port), notices: running.notices, stop: running.stop };
    },
    until,
  };
}

/** A stage with a running bot for all tests of the `describe` that it is called in. */
export function shareHttp(
  options: Omit<HouseOptions, "channels"> = {},
  env: Settings = {},
  clock?: Clock,
): () => { readonly stage: HttpStage; readonly site: Site } {
  return share(async (atEnd) => {
    const stage = await openHttp(options, atEnd);
    return { stage, site: await stage.start(env, clock) };
  });
}

function toSite(port: number): Omit<Site, "notices" | "stop"> {
  const url = `http://127.0.0.1:${port}`;
  async function ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(url + path, { redirect: "manual", ...init });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString("utf8");
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      json: () => JSON.parse(text) as unknown,
      error: () => (JSON.parse(text) as { readonly error?: unknown }).error,
    };
  }
  return {
    url,
    port,
    get: async (path, headers = {}) => ask(path, { headers }),
    send: async (method, path, headers = {}) => ask(path, { method, headers }),
    async post(path, body, headers = {}) {
      const isRaw = typeof body === "string" || body instanceof FormData || body instanceof Uint8Array;
      const type: Settings =
        body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" };
      return ask(path, {
        method: "POST",
        headers: { ...type, ...headers },
        body: body === undefined ? null : isRaw ? body : JSON.stringify(body),
      });
    },
  };
}

/** Asks with exactly these headers, and a path that nothing has tidied up. */
export async function askBare(
  { port }: Pick<Site, "port">,
  path: string,
  { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: Settings } = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ host: "127.0.0.1", port, path, method, headers, agent: false });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
          headers: response.headers,
        }),
      );
    });
    request.end();
  });
}

/** The scan once it is over, or has come to this state. */
export async function scanOver(site: Site, id: string, state = "done"): Promise<ScanBody> {
  return until(async () => {
    const scan = (await site.get(`/api/scans/${id}`)).json() as ScanBody;
    return scan.state === state && scan;
  }, `scan ${id} ${state}`);
}

/** The open questions, once there are as many. */
export async function proposals(site: Site, count: number) {
  return until(async () => {
    const open = (await site.get("/api/proposals")).json() as readonly ProposalBody[];
    return open.length === count && open;
  }, `${count} proposals`);
}

/** An open question as the API gives it. */
export interface ProposalBody {
  readonly kind: string;
  readonly proposalId: string;
  readonly scanId: string;
  readonly content: { readonly toBlock: readonly { readonly ip: string }[] };
}

/** Looks often, and gives up with `what` after 20 s. */
export async function until<Found>(
  look: () => Promise<Found | false | undefined>,
  what: string,
): Promise<Found> {
  for (const end = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await pause(10);
  }
}
