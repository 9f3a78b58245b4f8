import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { openHttp, proposals, type ScanBody, type Settings, type Site } from "./stage.ts";

const [EVIL = ""] = addresses(1);
const SHARED = "token-that-all-have-01";
const ANNA = "token-of-anna-0123456789";
const BOB = "token-of-bob-01234567890";
const TOKENS = { HTTP_TOKEN: SHARED, HTTP_TOKEN_ANNA: ANNA, HTTP_TOKEN_Bob: BOB };

function as(token: string): Settings {
  return { authorization: `Bearer ${token}` };
}

async function open(env: Settings) {
  const stage = await openHttp({ objects: allAs([EVIL], flagged(9)) });
  return { stage, site: await stage.start({ ...TOKENS, ...env }) };
}

/** The same, asked with the token that all have. */
function withShared(site: Site): Site {
  return { ...site, get: async (path) => site.get(path, as(SHARED)) };
}

/** The cookie that a way in gives. */
function cookieOf(headers: Headers): Settings {
  return { cookie: headers.get("set-cookie")?.split(";")[0] ?? "" };
}

describe("a person with a token of their own", () => {
  test("is who asks, decides and unblocks by it, and HTTP_TOKEN stays local:console", async () => {
    const { stage, site } = await open({ APPROVERS: "local:bob" });
    const begun = (await site.post("/api/scans", { text: EVIL }, as(ANNA))).json() as ScanBody;
    const [proposal] = await proposals(withShared(site), 1);
    const decision = `/api/proposals/${proposal?.proposalId}/decision`;

    const byShared = await site.post(decision, { decision: "block" }, as(SHARED));
    const byBob = await site.post(decision, { decision: "block" }, as(BOB));
    const noUnblock = await site.send("DELETE", `/api/blocks/${EVIL}`, as(ANNA));
    const unblock = await site.send("DELETE", `/api/blocks/${EVIL}`, as(BOB));

    expect(begun).toMatchObject({ requestedBy: "local:anna" });
    expect([byShared.status, byBob.status, noUnblock.status, unblock.status]).toEqual([403, 200, 403, 200]);
    const audit = (await stage.audit()).join("\n");
    expect(audit).toMatch(/block local:bob \(http\)/);
    expect(audit).toMatch(`unblock refused local:anna (http) ${EVIL}`);
    expect(audit).toMatch(`unblock local:bob (http) ${EVIL}`);
  });

  test("does not decide with FOUR_EYES about what they asked for, and another one does", async () => {
    const { stage, site } = await open({ APPROVERS: "local:anna,local:bob", FOUR_EYES: "true" });
    await site.post("/api/scans", { text: EVIL }, as(ANNA));
    const [proposal] = await proposals(withShared(site), 1);
    const decision = `/api/proposals/${proposal?.proposalId}/decision`;

    const own = await site.post(decision, { decision: "block" }, as(ANNA));
    const blocked = stage.blocked();
    const other = await site.post(decision, { decision: "block" }, as(BOB));

    expect([own.status, own.error()]).toEqual([403, expect.stringMatching(/another approver/)]);
    expect([blocked, other.status, stage.blocked()]).toEqual([[], 200, [EVIL]]);
  });

  test("starts and cancels their own scans; those of others an approver does", async () => {
    const ips = addresses(5);
    const stage = await openHttp({ objects: allAs(ips, flagged(0)) });
    const site = await stage.start({ ...TOKENS, APPROVERS: "local:bob", CONFIRM_OVER: "2" });
    const { id } = (await site.post("/api/scans", { indicators: ips }, as(ANNA))).json() as ScanBody;
    const act = async (verb: string, token: string) => site.post(`/api/scans/${id}/${verb}`, {}, as(token));

    const answers = [await act("start", SHARED), await act("cancel", SHARED), await act("cancel", BOB)];
    const late = [await act("cancel", BOB), await act("start", ANNA)];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 200]);
    expect(answers[0]?.error()).toMatch(/^Only who asked for S-\w{4} and approvers may start it\.$/);
    expect(late.map(({ status }) => status)).toEqual([409, 409]);
    expect(stage.asked()).toEqual([]);
  });

  test("is the same person in the console, until they log out", async () => {
    const { site } = await open({});

    const login = await site.post("/api/session", { token: ANNA });
    const cookie = cookieOf(login.headers);
    const about = await site.get("/api/about", cookie);
    const begun = await site.post("/api/scans", { text: EVIL }, cookie);
    await site.send("DELETE", "/api/session", cookie);
    const after = await site.get("/api/about", cookie);

    expect(about.json()).toEqual({ isDemo: false, hasLogin: true, user: "local:anna" });
    expect(begun.json()).toMatchObject({ requestedBy: "local:anna" });
    expect(after.status).toBe(401);
  });

  test("stays logged in over a restart, until the token is another one", async () => {
    const { stage, site } = await open({});
    const cookie = cookieOf((await site.post("/api/session", { token: ANNA })).headers);
    await site.stop();

    const again = await stage.start({ HTTP_TOKEN_ANNA: ANNA, HTTP_TOKEN_BOB: BOB });
    const about = await again.get("/api/about", cookie);
    await again.stop();
    const changed = await stage.start({ HTTP_TOKEN_ANNA: `${ANNA}-changed`, HTTP_TOKEN_BOB: BOB });
    const gone = await changed.get("/api/about", cookie);

    expect(about.json()).toMatchObject({ user: "local:anna" });
    expect(gone.status).toBe(401);
  });

  test("is let in by no other's token, and no token is in the log", async () => {
    const { stage, site } = await open({});

    for (const token of [`${ANNA}x`, ANNA.slice(1), "anna", `${ANNA} `.toUpperCase().trim()])
      expect((await site.get("/api/scans", as(token))).status).toBe(401);
    await site.post("/verificar_ip", { ip: "nonsense" }, as(ANNA));

    const log = readFileSync(stage.path("app.log"), "utf8");
    expect(log).toMatch(/"route":"\/verificar_ip".*"user":"local:anna"/);
    for (const token of Object.values(TOKENS)) expect(log).not.toContain(token);
  });

  test("lets HTTP serve other machines without HTTP_TOKEN; the terminal then gives no link", async () => {
    const stage = await openHttp();

    const site = await stage.start({ HTTP_HOST: "0.0.0.0", HTTP_TOKEN_ANNA: ANNA });

    expect((await site.get("/api/scans")).status).toBe(401);
    expect((await site.get("/api/scans", as(ANNA))).status).toBe(200);
    expect(site.notices.join("\n")).not.toContain("/login/");
  });
});

describe("a token of a person is refused at the start", () => {
  test.each([
    ["that is short", { HTTP_TOKEN_ANNA: "short" }, /HTTP_TOKEN_ANNA must have 16 characters/],
    [
      "that somebody else has",
      { HTTP_TOKEN_ANNA: ANNA, HTTP_TOKEN_BOB: ANNA },
      /HTTP_TOKEN_BOB is the token of HTTP_TOKEN_ANNA/,
    ],
    ["that all have", { HTTP_TOKEN: SHARED, HTTP_TOKEN_ANNA: SHARED }, /is the token of HTTP_TOKEN:/],
    [
      "whose name somebody else has",
      { HTTP_TOKEN_ANNA: ANNA, HTTP_TOKEN_anna: BOB },
      /HTTP_TOKEN_anna is local:anna, as HTTP_TOKEN_ANNA is/,
    ],
    ["whose name is that of all", { HTTP_TOKEN_CONSOLE: ANNA }, /HTTP_TOKEN_CONSOLE is local:console/],
  ])("%s", async (_name, env, sentence) => {
    const stage = await openHttp();

    const starting = stage.start(env);

    await expect(starting).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringMatching(sentence) as string,
    });
    await starting.catch((error: unknown) => {
      for (const token of Object.values(env)) expect(String(error)).not.toContain(`${token} `);
    });
  });
});

describe("a login link", () => {
  test("that was used is a page in a browser, and a sentence as JSON for programs", async () => {
    const { site } = await open({});
    const path = /\/login\/\S+/u.exec(site.notices.join("\n"))?.[0] ?? "";

    const first = await site.get(path);
    const page = await site.get(path, { accept: "text/html,application/xhtml+xml" });
    const json = await site.get(path, { accept: "*/*" });

    expect([first.status, (await site.get("/api/about", cookieOf(first.headers))).json()]).toEqual([
      302,
      { isDemo: false, hasLogin: true, user: "local:console" },
    ]);
    expect([page.status, page.headers.get("content-type")]).toEqual([401, "text/html; charset=utf-8"]);
    expect(page.text).toMatch(/used before.*<a href="\/">/);
    expect(page.headers.get("set-cookie")).toBeNull();
    expect([json.status, json.error()]).toEqual([401, expect.stringMatching(/used before/)]);
  });
});
