import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { expect, onTestFinished, test } from "vitest";

import { serve } from "../src/serve.ts";
import { filesUnder, flagged, openBench, until } from "./cli/program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Recognisable, and none a part of another. */
const SECRETS = {
  VT_APIKEY1: "vtkey1zzqa8c1d7e20394a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9",
  VT_APIKEY2: "vtkey2zzqb8c1d7e20394a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9",
  SLACK_BOT_TOKEN: "xoxb-zzqc-slack-bot-token-of-the-test",
  SLACK_APP_TOKEN: "xapp-zzqd-slack-app-token-of-the-test",
  SLACK_SIGNING_SECRET: "zzqe-slack-signing-secret-of-the-test",
  DISCORD_TOKEN: "zzqf.discord.token-of-the-test",
  HTTP_TOKEN: "zzqg-http-token-of-the-test",
  HTTP_TOKEN_ANNA: "zzqh-http-token-of-anna",
  FEED_TOKEN: "zzqi-feed-token-of-the-test",
  BLOCK_WEBHOOK_SECRET: "zzqj-webhook-secret-of-the-test",
} as const;
/** What stands in an address. */
const PASSWORD = "zzqk-password-of-the-test";
const ANY = /zzq[a-k]/u;
const HTTP = ["HTTP_TOKEN", "HTTP_TOKEN_ANNA", "FEED_TOKEN"] as const;

type Named = Partial<Record<keyof typeof SECRETS, string>>;

function some(...names: readonly (keyof typeof SECRETS)[]): Named {
  return Object.fromEntries(names.map((name) => [name, SECRETS[name]]));
}

/** A server that refuses everything and repeats all it was sent, as a careless proxy's page does. */
async function startEcho(status: number): Promise<string> {
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(body).toString("utf8");
      const said = {
        ok: false,
        error: "invalid_auth",
        message: text,
        url: request.url,
        headers: request.headers,
      };
      response.writeHead(status, {
        "content-type": "application/json",
        "x-was": String(request.headers.authorization),
      });
      response.end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** Fails where one of them stands in a file of the folder, readable or as base64. */
function expectSilence(folder: string, ...texts: readonly string[]): void {
  const written = [...Object.values(SECRETS), PASSWORD].flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64").replace(/=*$/u, "").slice(0, -1),
    encodeURIComponent(secret),
  ]);
  for (const text of texts) expect(text).not.toMatch(ANY);
  for (const { name, bytes } of filesUnder(folder))
    for (const secret of written) expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false);
}

const LOUD = { LOG_LEVEL: "trace" } as const;
const IP = "45.10.0.1";

function json(body: unknown) {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
}

test("no secret is in what serves people, whatever they ask and whoever they are", async (context) => {
  const echo = await startEcho(500);
  const bench = await openBench(context, {
    objects: { [IP]: flagged(9) },
    keys: { [SECRETS.VT_APIKEY1]: {} },
  });
  const program = bench.start(["serve"], {
    env: {
      ...LOUD,
      ...some("VT_APIKEY2", "BLOCK_WEBHOOK_SECRET", ...HTTP),
      BLOCK_WEBHOOK_URL: `${echo}/hook?k=${PASSWORD}`,
      BLOCK_COMMAND: "sh -c 'env > command-env.txt; echo failed >&2; exit 3'",
      APPROVERS: "local:anna,local:console",
      HTTP_PORT: "0",
      // What Node writes when it is asked to, into the folder.
      NODE_OPTIONS: "--report-on-signal --report-signal=SIGUSR2",
    },
  });
  await until(() => program.stderr().includes("vtip serves"), "a bot that serves");
  const site = `http://127.0.0.1:${/http:\/\/\S+?:(\d+)/u.exec(program.stderr())?.[1]}`;
  const told: string[] = [];
  async function ask(path: string, token: string, init: Partial<ReturnType<typeof json>> = {}) {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(site + path, { ...init, headers });
    const text = await answer.text();
    told.push(JSON.stringify([...answer.headers]), text);
    return { isDone: answer.ok, text };
  }

  const begun = await ask("/api/scans", SECRETS.HTTP_TOKEN_ANNA, json({ text: IP }));
  const { id } = JSON.parse(begun.text) as { readonly id: string };
  const decision = `/api/proposals/${id.replace(/^S/u, "P")}/decision`;
  for (let isDone = false; !isDone; await pause(50))
    ({ isDone } = await ask(decision, SECRETS.HTTP_TOKEN_ANNA, json({ decision: "block" })));
  await until(
    () =>
      /handed on[\s\S]*handed on/u.test(
        filesUnder(bench.folder)
          .find(({ name }) => name.endsWith("app.log"))
          ?.bytes.toString() ?? "",
      ),
    "a webhook and a command that fail",
  );
  const paths =
    "/ /metrics /logs /healthz /readyz /nothing /blacklist.txt /feeds/json /api/about /api/audit /api/quota /api/scans /api/blocks /api/openapi.json".split(
      " ",
    );
  for (const path of paths)
    for (const token of [...HTTP.map((name) => SECRETS[name]), `${SECRETS.HTTP_TOKEN}x`, SECRETS.VT_APIKEY1])
      await ask(path, token);
  for (const token of ["HTTP_TOKEN", "FEED_TOKEN"] as const)
    await ask("/api/scans", "", json({ token: SECRETS[token], text: { [SECRETS[token]]: 1 } }));
  program.process.kill("SIGUSR2");
  await until(
    () => filesUnder(bench.folder).some(({ name }) => /report\.\d+.*\.json$/u.test(name)),
    "a report",
  );
  program.process.kill("SIGTERM");
  const { status, stdout, stderr } = await program.ended;

  expect(status).toBe(0);
  const files = filesUnder(bench.folder).map(({ name }) => name.split("/").at(-1));
  expect(files).toEqual(expect.arrayContaining(["app.log", "vtip.sqlite", "command-env.txt"]));
  expect(told.join("\n")).toContain(IP);
  expectSilence(bench.folder, stdout, stderr, ...told);
});

test("no secret is in what the command line says", async (context) => {
  const bench = await openBench(context, {
    objects: { [IP]: flagged(9) },
    keys: { [SECRETS.VT_APIKEY1]: {}, [SECRETS.VT_APIKEY2]: { state: "forbidden" } },
    env: {
      ...LOUD,
      ...SECRETS,
      BLOCK_WEBHOOK_URL: `https://soc.example.com/?k=${PASSWORD}`,
      APPROVERS: "local:console",
    },
  });
  bench.write("import.txt", "45.10.0.7\n");
  // It is waited for.
  const away = bench.start(["serve"], {
    env: { DATABASE_URL: `postgres://vtip:${PASSWORD}@127.0.0.1:9/vtip`, LOG_FILE: "away.log" },
  });
  const ended = [];

  for (const line of [
    "--help",
    "--version",
    `scan ${IP} 45.10.0.2 --json`,
    "quota",
    "scans",
    "blocklist import import.txt",
    `why ${IP}`,
    "unblock 45.10.0.7",
    "audit export",
    "audit verify",
    "banana --wrong",
  ])
    ended.push(await bench.start(line.split(" ")).ended);

  await until(() => away.stderr().includes("DATABASE_URL"), "what the program says of the database");
  away.process.kill("SIGTERM");
  ended.push(await away.ended);
  expect(ended[2]?.stdout).toContain('"unsafe"');
  expect(ended.at(-1)?.status).toBe(0);
  expectSilence(bench.folder, ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]));
});

test.each([
  ["Slack refuses", some("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), 200, true],
  ["Slack refuses by HTTP", some("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"), 200, true],
  ["Slack fails", some("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), 500, false],
  ["Discord refuses", some("DISCORD_TOKEN"), 401, true],
  ["Discord fails", some("DISCORD_TOKEN"), 500, false],
] as const)("when %s, its tokens are in no sentence and no log", async (_name, tokens, status, isFinal) => {
  const echo = await startEcho(status);
  const env = { ...tokens, SLACK_API_URL: `${echo}/api`, DISCORD_API_URL: `${echo}/api`, SLACK_PORT: "0" };

  const { folder, message, notices } = await serveFor(env, isFinal ? 0 : 1);

  expect(message).toMatch(isFinal ? /SLACK_BOT_TOKEN|DISCORD_TOKEN/u : /^$/u);
  expectSilence(folder, message, ...notices);
});

test.each([
  ["a key of odd letters", { VT_APIKEY1: `${SECRETS.VT_APIKEY1}é` }],
  ["an app token as the bot's", { SLACK_BOT_TOKEN: "xapp-zzqc" }],
  ["a bot's token as the app's", { SLACK_BOT_TOKEN: SECRETS.SLACK_BOT_TOKEN, SLACK_APP_TOKEN: "xoxb-zzqd" }],
  ["a token with a space", { DISCORD_TOKEN: "two zzqf" }],
  ["a short token", { HTTP_TOKEN: "zzqg" }],
  ["a token of odd letters", { HTTP_TOKEN: `${SECRETS.HTTP_TOKEN} é` }],
  ["a token of two people", { HTTP_TOKEN: SECRETS.HTTP_TOKEN, HTTP_TOKEN_BOB: SECRETS.HTTP_TOKEN }],
  ["a short token of a person", { HTTP_TOKEN_BOB: "zzqh" }],
  ["a short feed's token", { HTTP_PORT: "0", FEED_TOKEN: "zzqi" }],
  ["a database of another kind", { DATABASE_URL: `mysql://vtip:${PASSWORD}@127.0.0.1/vtip` }],
  ["a database that is no address", { DATABASE_URL: `postgres//vtip:${PASSWORD}@[` }],
  ["a Redis of another kind", { REDIS_URL: `http://:${PASSWORD}@127.0.0.1` }],
  ["a webhook without TLS", { BLOCK_WEBHOOK_URL: `http://soc.example.com/?k=${PASSWORD}` }],
  ["an API with a login", { VT_API_URL: `https://vtip:${PASSWORD}@127.0.0.1` }],
  ["a data folder that is a file", { DATA_DIR: "package.json", ...some("HTTP_TOKEN") }],
  ["two ways at once", { ...some("HTTP_TOKEN"), HTTP_TOKEN_FILE: "package.json" }],
])("%s stops the start without being shown", async (_name, wrong) => {
  const { folder, message, notices } = await serveFor({ HTTP_PORT: "0", ...wrong }, 0);

  expect(message).not.toBe("");
  expectSilence(folder, message, ...notices);
});

/** Runs the bot in this process until it gives up, or has said so many sentences; the message is what it gave up with. */
async function serveFor(env: Readonly<Record<string, string>>, sentences: number) {
  const folder = temporaryFolder();
  const notices: string[] = [];
  const ending = new AbortController();
  const message = await serve({
    env: {
      ...LOUD,
      VT_APIKEY1: SECRETS.VT_APIKEY1,
      DATA_DIR: join(folder, "data"),
      LOG_FILE: join(folder, "app.log"),
      WHITELIST_FILE: join(folder, "whitelist.txt"),
      BLACKLIST_FILE: join(folder, "blacklist.txt"),
      ...env,
    },
    signal: ending.signal,
    onNotice(sentence) {
      notices.push(sentence);
      if (sentences > 0 && notices.length >= sentences) ending.abort();
    },
  }).then(
    () => "",
    (error: unknown) => [error, (error as Error).cause].map(String).join("\n"),
  );
  return { folder, message, notices };
}
