import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import * as answers from "../../adapters/http/answer-schemas.ts";
import * as figures from "../../adapters/http/statistics-schemas.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { blockForWeek, createEarlierClock, DIGEST_NOW, toDigest } from "./digest-stage.ts";
import { proposals, scanOver, shareHttp, type Answer, type ScanBody, type Site } from "./stage.ts";

const Parameter = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  schema: z.unknown(),
});

const Operation = z.object({
  summary: z.string(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.looseObject({})),
});

const Document = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.partialRecord(z.enum(["get", "post", "delete", "head"]), Operation)),
});

type Method = "get" | "post" | "delete";

interface Route {
  readonly method: Method;
  readonly path: string;
  readonly operation: z.infer<typeof Operation>;
}

const INSIDE = /node_modules|\bat \w+ \(|\.ts:\d|SqliteError|TypeError/;

const IPS = addresses(3);
const [ENDING = ""] = addresses(1, 11);

const clock = createEarlierClock();
const shared = shareHttp({ objects: allAs([...IPS, ENDING], flagged(9)) }, DIGEST_NOW, clock);

/** What is asked about by name. */
interface Names {
  readonly scanId: string;
  readonly proposalId: string;
  readonly digestId: string;
}

let prepared: Promise<Names> | null = null;

async function routesOf(site: Site): Promise<readonly Route[]> {
  const { paths } = Document.parse((await site.get("/api/openapi.json")).json());
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      method === "head" || operation === undefined ? [] : [{ method: method as Method, path, operation }],
    ),
  );
}

/** A scan that is over, with its question, and a block that ends soon, for what is asked by their names. */
async function prepare(site: Site): Promise<Names> {
  prepared ??= prepareOnce(site);
  return prepared;
}

async function prepareOnce(site: Site): Promise<Names> {
  await blockForWeek(site, [ENDING]);
  const { digestId } = await toDigest(site, clock, 1);
  const { id } = (await site.post("/api/scans", { indicators: IPS })).json() as ScanBody;
  await scanOver(site, id);
  const [proposal] = await proposals(site, 1);
  return { scanId: id, proposalId: proposal?.proposalId ?? "", digestId };
}

/** The name that a path asks for. */
function idFor(path: string, { scanId, proposalId, digestId }: Names): string {
  return path.includes("proposals") ? proposalId : path.includes("digests") ? digestId : scanId;
}

async function ask(site: Site, method: Method, path: string, body?: unknown): Promise<Answer> {
  return method === "post" ? site.post(path, body) : site.send(method.toUpperCase(), path);
}

/** A valid body, by the path that it is for. */
const BODIES: Readonly<Record<string, unknown>> = {
  "/verificar_ip": { ips: ["8.8.8.8"] },
  "/api/scans": { indicators: [IPS[0]] },
  "/api/proposals/{id}/decision": { decision: "block", ips: [IPS[0]] },
  "/api/digests/{id}/decision": { decision: "extend", ips: [ENDING], days: 30, reason: "case 12" },
};

/** What real answers are held against, by method and path. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "get /healthz": answers.Health,
  "get /readyz": answers.Ready,
  "post /verificar_ip": z.object({ resultados: z.array(z.record(z.string(), z.unknown())).min(1) }),
  "post /api/scans": answers.Scan,
  "get /api/scans": z.array(answers.Scan).min(1),
  "get /api/scans/{id}": answers.Scan,
  "get /api/scans/{id}/results": answers.ResultsPage,
  "get /api/blocks": answers.BlocksPage,
  "get /api/blocks/{ip}": answers.Why,
  "delete /api/blocks/{ip}": answers.Unblocked,
  "get /api/proposals": z.array(answers.Proposal),
  "get /api/proposals/{id}": answers.ProposalOrDecision,
  "post /api/proposals/{id}/decision": answers.ProposalOrDecision,
  "get /api/digests": z.array(answers.Digest).min(1),
  "post /api/digests/{id}/decision": answers.Digest,
  "get /api/audit": answers.AuditPage,
  "get /api/audit/verify": answers.AuditCheck,
  "get /api/quota": answers.Quota,
  "get /api/usage": figures.UsageByDay.min(1),
  "get /api/usage/hours": figures.UsageByHour.min(1),
  "get /api/verdicts": figures.VerdictsByDay.min(1),
};

/** Answers that are no JSON, or refuse by design what this stage can ask. */
const OTHERS: Readonly<Record<string, number>> = {
  "get /metrics": 200,
  "get /logs": 200,
  "get /blacklist.txt": 200,
  "get /feeds/{format}": 200,
  "get /api/scans/{id}/report.xlsx": 200,
  "get /api/scans/{id}/report.csv": 200,
  "get /api/scans/{id}/events": 200,
  "post /api/scans/{id}/cancel": 409,
  "post /api/scans/{id}/start": 409,
};

/** Those that change the lists come last. */
function order(name: string): number {
  return Number(name.includes("decision")) + 2 * Number(name.startsWith("delete"));
}

describe("the OpenAPI document", () => {
  test("describes each path as it answers, and each answer parses by its schema", async () => {
    const { site } = shared();
    const known = await prepare(site);
    const routes = await routesOf(site);
    const names = routes.map(({ method, path }) => `${method} ${path}`);
    const seen: string[] = [];

    for (const { method, path, operation } of routes.toSorted(
      (one, other) => order(`${one.method} ${one.path}`) - order(`${other.method} ${other.path}`),
    )) {
      const name = `${method} ${path}`;
      const url = path
        .replace("{id}", idFor(path, known))
        .replace("{ip}", IPS[0] ?? "")
        .replace("{format}", "plain");
      const answer = await ask(site, method, url, BODIES[path]);
      const expected = OTHERS[name] ?? (name === "post /api/scans" ? 201 : 200);
      expect([name, answer.status, answer.text.slice(0, 300)]).toEqual([name, expected, expect.any(String)]);
      expect(Object.keys(operation.responses), name).toContain(String(expected));
      if (name in SCHEMAS) {
        const parsed = SCHEMAS[name]?.safeParse(answer.json());
        expect([name, parsed?.error?.issues]).toEqual([name, undefined]);
      }
      seen.push(name);
    }

    expect(seen.filter((name) => !(name in SCHEMAS) && !(name in OTHERS))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(SCHEMAS), ...Object.keys(OTHERS)]));
  });

  test("is shown by a page without anything from elsewhere", async () => {
    const { site } = shared();

    const page = await site.get("/api/docs");
    const html = page.status === 302 ? await site.get(page.headers.get("location") ?? "") : page;

    expect(html.text).toMatch(/swagger/i);
    expect(html.text).not.toMatch(/(?:src|href)="https?:/);
    expect(html.headers.get("content-security-policy")).not.toMatch(/unsafe-eval|https:\/\//);
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "\ud800",
    "x\udc00y",
    "%00",
    "../../etc",
    "1.2.3.4",
    "=1+1",
    "S-7K3Q",
  ),
  fc.string({ minLength: 5000, maxLength: 6000 }),
);

const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(-1, 0.5, 1e308, 2 ** 53, -0));

const value = fc.oneof(
  { depthSize: "small" },
  text,
  number,
  fc.constantFrom(null, true, [], {}),
  fc.array(fc.oneof(text, number, fc.constant(null)), { maxLength: 5 }),
  fc.jsonValue({ maxDepth: 3 }),
);

const FIELDS = [
  "ips",
  "ip",
  "text",
  "indicators",
  "decision",
  "days",
  "reason",
  "sure",
  "token",
  "nobody-knows",
];

const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 4 }).map((given) => JSON.stringify(given)),
  fc
    .record(
      {
        decision: fc.constantFrom("block", "dismiss", "undo", "extend", "let-go", "x"),
        ips: value,
        days: number,
        reason: text,
        sure: value,
      },
      { requiredKeys: [] },
    )
    .map((given) => JSON.stringify(given)),
  fc.record({ ips: fc.array(text, { maxLength: 5 }) }).map((given) => JSON.stringify(given)),
  value.map((given) => JSON.stringify(given) ?? ""),
  fc.constantFrom(
    '{"__proto__":1}',
    '{"a":1,"a":{"constructor":{"prototype":{}}}}',
    "{",
    "[1,",
    "\u0000",
    "nul",
    '"\\ud800"',
  ),
  text,
);

/** Where prefixed with what a hostile client made up. Nothing but the routes' own names are left alone. */
function toUrl(route: Route, ids: Readonly<Record<string, string>>, made: readonly string[]): string {
  let at = 0;
  const next = () => encoded(made[at++ % made.length] ?? "");
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    at % 2 === 0 ? (ids[name] ?? next()) : next(),
  );
  const query = route.operation.parameters.filter(({ in: where }) => where === "query");
  const pairs = query.map(({ name }) => `${name}=${next()}`);
  return `${path}?${[...pairs, `__proto__=${next()}`].join("&")}`;
}

function encoded(made: string): string {
  return encodeURIComponent(made.replace(/[\ud800-\udfff]/gu, "?")) || "%00";
}

function assertHarmless(name: string, answer: Answer): void {
  expect([name, answer.status >= 500, answer.text.slice(0, 500)]).toEqual([name, false, expect.any(String)]);
  if (answer.status < 400) return;
  expect(answer.headers.get("content-type"), name).toMatch(/^application\/json/);
  expect(answer.error(), name).toEqual(expect.stringMatching(/\w/));
  // What was sent may be shown; nothing of the inside.
  expect(answer.text, name).not.toMatch(INSIDE);
}

describe("whatever is sent", () => {
  const RUNS = { numRuns: 150 };

  test("as a body is answered, and refused with a sentence where it is wrong", async () => {
    const { site } = shared();
    const known = await prepare(site);
    const posts = (await routesOf(site)).filter(
      ({ method, operation }) => method === "post" && operation.requestBody,
    );
    const headers = { prefer: "wait=0" };

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), body, async ({ path }, made) => {
        const url = path.replace("{id}", idFor(path, known));
        assertHarmless(`${path} ${made}`, await site.post(url, made, headers));
      }),
      RUNS,
    );
  });

  test("as a parameter is answered, and refused with a sentence where it is wrong", async () => {
    const { site } = shared();
    const { scanId } = await prepare(site);
    const routes = (await routesOf(site)).filter(({ path }) => !path.endsWith("/events"));
    const word = fc.oneof(
      text,
      number.map(String),
      fc.constantFrom(scanId, "true", "100", "position", "plain", "0"),
    );

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (route, made, isKnown) => {
          const url = toUrl(route, isKnown ? { id: scanId, ip: IPS[1] ?? "" } : {}, made);
          assertHarmless(`${route.method} ${url}`, await ask(site, route.method, url, BODIES[route.path]));
        },
      ),
      RUNS,
    );
  });

  test("leaves the audit trail whole, and the program ready", async () => {
    const { site } = shared();

    expect((await site.get("/api/audit/verify")).json()).toMatchObject({ whole: true });
    expect((await site.get("/readyz")).status).toBe(200);
  });
});
