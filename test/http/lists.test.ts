import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import {
  openHttp,
  proposals,
  type Answer,
  type HttpStage,
  type ProposalBody,
  type Settings,
  type Site,
  until,
} from "./stage.ts";

const [EVIL = "", WORSE = "", SAFE = ""] = addresses(3);
const OBJECTS = {
  [EVIL]: flagged(8, 0, { as_owner: "Bad Hosting", country: "NL" }),
  [WORSE]: flagged(20),
  [SAFE]: flagged(0),
};

interface BlocksBody {
  readonly matching: number;
  readonly blocks: readonly { readonly ip: string; readonly by: string; readonly until: string | null }[];
}

async function openProposed(env: Settings = {}): Promise<{
  stage: HttpStage;
  site: Site;
  proposal: ProposalBody;
  decide: (body: unknown) => Promise<Answer>;
}> {
  const stage = await openHttp({ objects: OBJECTS });
  const site = await stage.start(env);
  await site.post("/api/scans", { indicators: [EVIL, WORSE, SAFE] });
  const [proposal] = await proposals(site, 1);
  if (proposal === undefined) throw new Error("no proposal");
  return {
    stage,
    site,
    proposal,
    decide: async (body) => site.post(`/api/proposals/${proposal.proposalId}/decision`, body),
  };
}

async function blocksOf(site: Site, query = ""): Promise<BlocksBody> {
  return (await site.get(`/api/blocks${query}`)).json() as BlocksBody;
}

describe("a proposal", () => {
  test("is listed, and blocks what was chosen, for so long, with its reason", async () => {
    const { stage, site, proposal, decide } = await openProposed();
    expect(proposal.content.toBlock.map(({ ip }) => ip)).toEqual([WORSE, EVIL]);

    const answer = await decide({ decision: "block", ips: [EVIL], days: 7, reason: "case 12" });

    expect(answer.json()).toMatchObject({
      kind: "decision",
      decision: { state: "blocked", added: [EVIL], leftOut: [WORSE], reason: "case 12", by: "local:console" },
    });
    expect(stage.blocked()).toEqual([EVIL]);
    const { matching, blocks } = await blocksOf(site);
    expect(matching).toBe(1);
    expect(blocks[0]).toMatchObject({
      ip: EVIL,
      by: "local:console",
      reason: "case 12",
      owner: "Bad Hosting",
    });
    expect((Date.parse(blocks[0]?.until ?? "") - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
    expect(await proposals(site, 0)).toEqual([]);
    const after = await site.get(`/api/proposals/${proposal.proposalId}`);
    expect(after.json()).toMatchObject({ kind: "decision" });
  });

  test("blocks all that may be blocked when nothing is chosen, and is undone", async () => {
    const { stage, decide } = await openProposed();

    await decide({ decision: "block" });
    expect(stage.blocked().toSorted()).toEqual([EVIL, WORSE].toSorted());
    const undone = await decide({ decision: "undo" });
    const again = await decide({ decision: "undo" });

    expect(undone.json()).toMatchObject({ decision: { state: "undone", undoneBy: "local:console" } });
    expect([again.status, again.error()]).toEqual([409, expect.stringMatching(/took|undo|undid/i)]);
    expect(stage.blocked()).toEqual([]);
  });

  test("that would take more than half of a longer list with it wants to be sure", async () => {
    const many = addresses(12, 12);
    const stage = await openHttp({ objects: allAs(many, flagged(9)) });
    const site = await stage.start();
    await site.post("/api/scans", { indicators: many });
    const [{ proposalId } = { proposalId: "" }] = await proposals(site, 1);
    const decide = async (body: unknown) => site.post(`/api/proposals/${proposalId}/decision`, body);
    await decide({ decision: "block" });

    const hasty = await decide({ decision: "undo" });
    const undone = await decide({ decision: "undo", sure: true });

    expect([hasty.status, hasty.error()]).toEqual([409, expect.stringContaining("12")]);
    expect([undone.status, stage.blocked()]).toEqual([200, []]);
  });

  test("is dismissed", async () => {
    const { stage, decide } = await openProposed();

    const answer = await decide({ decision: "dismiss" });

    expect(answer.json()).toMatchObject({ decision: { state: "dismissed" } });
    expect(stage.blocked()).toEqual([]);
  });

  test("is decided once: who comes second hears what was decided", async () => {
    const { stage, decide } = await openProposed();

    const answers = await Promise.all([
      decide({ decision: "block" }),
      decide({ decision: "dismiss" }),
      decide({ decision: "block" }),
    ]);

    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 409, 409,
    ]);
    for (const answer of answers)
      if (answer.status === 409) expect(answer.error()).toMatch(/blocked|dismissed/i);
    expect([0, 2]).toContain(stage.blocked().length);
  });

  test("of more than MAX_BLOCKS_PER_APPROVAL wants to be sure", async () => {
    const { stage, decide } = await openProposed({ MAX_BLOCKS_PER_APPROVAL: "1" });

    const hasty = await decide({ decision: "block" });
    expect([hasty.status, stage.blocked()]).toEqual([409, []]);
    const sure = await decide({ decision: "block", sure: true });

    expect(sure.status).toBe(200);
    expect(stage.blocked()).toHaveLength(2);
  });

  test("takes only what was chosen when it is sure, too", async () => {
    const { stage, decide } = await openProposed();

    const answer = await decide({ decision: "block", ips: [EVIL], sure: true });

    expect(answer.status).toBe(200);
    expect(stage.blocked()).toEqual([EVIL]);
  });

  test.each([
    ["of nobody", { APPROVERS: "" }],
    ["of somebody else", { APPROVERS: "slack:U1" }],
    ["with four eyes", { FOUR_EYES: "true" }],
  ])("is not decided here where approving is the right %s", async (_name, env) => {
    const { stage, site, decide } = await openProposed(env);

    const answer = await decide({ decision: "block" });

    expect(answer.status, answer.text).toBe(403);
    expect(answer.error()).toMatch(/APPROVERS|approver/);
    expect(stage.blocked()).toEqual([]);
    const audit = (await site.get("/api/audit?search=refused")).json() as { readonly matching: number };
    expect(audit.matching).toBe(1);
  });

  test.each([
    ["nothing", undefined, 400],
    ["another decision", { decision: "delete" }, 400],
    ["half a day", { decision: "block", days: 0.5 }, 400],
    ["a long reason", { decision: "block", reason: "x".repeat(501) }, 400],
    ["addresses as text", { decision: "block", ips: EVIL }, 400],
    ["no address", { decision: "block", ips: [] }, 422],
    ["an address that was not proposed", { decision: "block", ips: [SAFE] }, 422],
    ["a network", { decision: "block", ips: ["45.10.0.0/16"] }, 422],
    ["undoing what was not done", { decision: "undo" }, 422],
  ])("stays open for %s", async (_name, body, status) => {
    const { stage, site, decide } = await openProposed();

    const answer = await decide(body);

    expect(answer.status, answer.text).toBe(status);
    expect(answer.error()).toMatch(/\w{3}/);
    expect(stage.blocked()).toEqual([]);
    await proposals(site, 1);
  });

  test("that does not exist is 404", async () => {
    const stage = await openHttp();
    const site = await stage.start();

    expect((await site.get("/api/proposals/P-0000")).status).toBe(404);
    expect((await site.post("/api/proposals/P-0000/decision", { decision: "block" })).status).toBe(404);
  });
});

describe("the blocklist", () => {
  test("is paged and searched, with what was written by hand", async () => {
    const { stage, site, decide } = await openProposed();
    await decide({ decision: "block", reason: "100%_sure" });
    stage.write("blacklist.txt", `${stage.blocked().join("\n")}\n45.99.0.1\n`);
    await until(async () => (await blocksOf(site)).matching === 3, "the address written by hand");

    const ips = async (query: string) => (await blocksOf(site, query)).blocks.map(({ ip }) => ip);

    expect(await ips("?most=1")).toEqual(["45.99.0.1"]);
    expect((await ips("?from=1")).toSorted()).toEqual([EVIL, WORSE].toSorted());
    expect(await ips("?search=BAD%20HOST")).toEqual([EVIL]);
    expect(await ips("?search=100%25_s")).toHaveLength(2);
    expect(await ips("?search=%25")).toHaveLength(2);
    expect(await ips("?search=nothing")).toEqual([]);
  });

  test("says why an address is on it, and lets it go", async () => {
    const { stage, site, decide } = await openProposed();
    await decide({ decision: "block", ips: [EVIL], reason: "case 12" });

    const why = (await site.get(`/api/blocks/${EVIL}`)).json();
    const gone = await site.send("DELETE", `/api/blocks/${EVIL}?reason=false%20alarm`);

    expect(why).toMatchObject({ ip: EVIL, blocked: { line: 1 }, sightings: { count: 1 } });
    expect(gone.json()).toEqual({ ip: EVIL });
    expect(stage.blocked()).toEqual([]);
    expect((await stage.audit()).at(-1)).toMatch(`unblock local:console (http) ${EVIL}`);
    const again = await site.send("DELETE", `/api/blocks/${EVIL}`);
    expect([again.status, again.error()]).toEqual([422, `${EVIL} is not on blacklist.txt.`]);
  });

  test.each(["nonsense", "1.2.3.0%2F24", "%00", "..%2f..%2fetc%2fpasswd"])(
    "has nothing on %s",
    async (ip) => {
      const stage = await openHttp();
      const site = await stage.start();

      for (const method of ["GET", "DELETE"]) {
        const answer = await site.send(method, `/api/blocks/${ip}`);
        expect([answer.status, typeof answer.error()]).toEqual([422, "string"]);
      }
    },
  );

  test("is not changed by who is no approver, which is noted", async () => {
    const stage = await openHttp();
    stage.write("blacklist.txt", `${EVIL}\n`);
    const site = await stage.start({ APPROVERS: "slack:U1" });

    const answer = await site.send("DELETE", `/api/blocks/${EVIL}`);

    expect([answer.status, stage.blocked()]).toEqual([403, [EVIL]]);
    expect(answer.error()).toMatch(/^Only approvers may do this: slack:U1\./);
    expect((await stage.audit()).join("\n")).toContain("unblock refused");
  });
});

describe("the audit trail", () => {
  test("is paged, searched, the newest first, and whole", async () => {
    const { site, decide } = await openProposed();
    await decide({ decision: "block", reason: "case 12" });

    const page = (await site.get("/api/audit?most=1")).json() as AuditBody;
    const found = (await site.get("/api/audit?search=case%2012")).json() as AuditBody;
    const check = await site.get("/api/audit/verify");

    expect(page.entries).toHaveLength(1);
    expect(page.matching).toBeGreaterThan(1);
    expect(found.entries.map(({ action }) => action)).toContain("block");
    expect(Date.parse(found.entries[0]?.at ?? "")).not.toBeNaN();
    expect(check.json()).toEqual({ whole: true, entries: page.matching });
  });
});

interface AuditBody {
  readonly matching: number;
  readonly entries: readonly { readonly action: string; readonly at: string }[];
}

describe("with HTTP_AUTO_BLOCK", () => {
  const AUTO = { HTTP_AUTO_BLOCK: "true" };
  const evils = addresses(4);

  test("what is unsafe is blocked, but what is whitelisted or our own, and each is in the audit trail", async () => {
    const [one = "", white = "", own = "", other = ""] = evils;
    const stage = await openHttp({ objects: allAs(evils, flagged(9)) });
    stage.write("whitelist.txt", `${white}\n`);
    const site = await stage.start({ ...AUTO, OWN_NETWORKS: `${own}/32`, BLOCK_DAYS: "3" });

    await site.post("/verificar_ip", { ips: [one, white, own] });
    await until(async () => stage.blocked().length > 0, "the block");
    await site.post("/verificar_ip", { ips: [one, white, own, other] });
    await until(async () => (await blocksOf(site)).matching > 1, "the second block");

    expect(stage.blocked()).toEqual([one, other]);
    expect(await proposals(site, 0)).toEqual([]);
    const { blocks } = await blocksOf(site);
    expect(blocks.map(({ by }) => by)).toEqual(["http:auto", "http:auto"]);
    expect(blocks[0]?.until).not.toBeNull();
    expect(
      (await stage.audit()).filter((line) => line.startsWith("block http:auto (HTTP_AUTO_BLOCK)")),
    ).not.toEqual([]);
  });

  test("more than MAX_BLOCKS_PER_APPROVAL stay a question", async () => {
    const stage = await openHttp({ objects: allAs(evils, flagged(9)) });
    const site = await stage.start({ ...AUTO, MAX_BLOCKS_PER_APPROVAL: "3" });

    await site.post("/verificar_ip", { ips: evils });

    await proposals(site, 1);
    expect(stage.blocked()).toEqual([]);
  });

  test("a scan of the console stays a question", async () => {
    const { stage, site } = await openProposed(AUTO);

    await proposals(site, 1);
    expect(stage.blocked()).toEqual([]);
  });

  test("a scan that a restart has interrupted is blocked as well", async () => {
    const stage = await openHttp({ objects: allAs(evils, flagged(9)), latencyMs: 400 });
    const site = await stage.start({ ...AUTO, HTTP_WAIT_SECONDS: "0", VT_KEY1_PER_MINUTE: "1" });
    await site.post("/verificar_ip", { ips: evils.slice(0, 2) });
    await site.stop();
    expect(stage.blocked()).toEqual([]);

    await stage.start(AUTO);

    await until(async () => stage.blocked().length === 2, "the blocks");
  });

  test("what many ask for at once is one scan, and blocked once", async () => {
    const stage = await openHttp({ objects: allAs(evils, flagged(9)), latencyMs: 50 });
    const site = await stage.start(AUTO);

    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => site.post("/verificar_ip", { ips: evils })),
    );

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await until(async () => stage.blocked().length === 4, "the blocks");
    expect((await site.get("/api/scans")).json()).toHaveLength(1);
    expect(stage.asked()).toHaveLength(4);
  });
});
