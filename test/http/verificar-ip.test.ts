import { readFileSync } from "node:fs";

import { afterEach, describe, expect, test, vi } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import {
  openHttp,
  proposals,
  scanOver,
  shareHttp,
  until,
  type Answer,
  type HttpStage,
  type ResultsBody,
  type ScanBody,
  type Site,
} from "./stage.ts";

const GOOGLE = {
  stats: { malicious: 0, suspicious: 0, harmless: 53, undetected: 37, timeout: 0 },
  attributes: { as_owner: "Google LLC", country: "US" },
};
const EVIL = "45.10.0.1";
const NOBODY = { ...flagged(7, 1), attributes: { as_owner: undefined, country: undefined } };

interface Row {
  readonly ip: string;
  readonly error?: string;
  readonly alerta?: string;
}

function rowsOf(answer: Answer): readonly Row[] {
  return (answer.json() as { readonly resultados: readonly Row[] }).resultados;
}

async function scansOf(site: Site): Promise<readonly ScanBody[]> {
  return (await site.get("/api/scans")).json() as readonly ScanBody[];
}

describe("an answer to POST /verificar_ip", () => {
  const shared = shareHttp({
    objects: {
      "8.8.8.8": GOOGLE,
      [EVIL]: NOBODY,
      "45.10.0.3": flagged(2, 1),
      "45.10.0.4": "missing",
      "2a02:6b8::1": flagged(0),
    },
  });

  test("has these bytes", async () => {
    const { site } = shared();

    const answer = await site.post("/verificar_ip", { ips: ["8.8.8.8", EVIL] });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.text).toBe(
      '{"resultados":[{"ip":"8.8.8.8","Inseguros":0,"Seguros":53,"cidade":"N/A","estado":"N/A","pais":"US","Gerenciado por":"Google LLC","alerta":"Seguro"},' +
        `{"ip":"${EVIL}","Inseguros":8,"Seguros":60,"cidade":"N/A","estado":"N/A","pais":"N/A","Gerenciado por":"N/A","alerta":"Inseguro"}]}`,
    );
  });

  test("has the same bytes when it is asked for again, by memory", async () => {
    const { site } = shared();
    const first = await site.post("/verificar_ip", { ips: ["8.8.8.8"] });

    const again = await site.post("/verificar_ip", { ips: ["8.8.8.8"] });

    expect(again.text).toBe(first.text);
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
  });

  test.each([
    ["a list", { ips: ["8.8.8.8"] }],
    ["one address as ips", { ips: "8.8.8.8" }],
    ["one address as ip", { ip: "8.8.8.8" }],
    ["both, of which ips counts", { ips: ["8.8.8.8"], ip: "45.10.0.3" }],
    ["space around it", { ip: " 8.8.8.8\n" }],
    ["fields that nobody knows", { ip: "8.8.8.8", token: "x" }],
  ])("comes for %s", async (_name, body) => {
    const answer = await shared().site.post("/verificar_ip", body);

    expect(answer.status).toBe(200);
    expect(rowsOf(answer)).toEqual([expect.objectContaining({ ip: "8.8.8.8", alerta: "Seguro" })]);
  });

  test.each([
    ["an empty object", {}],
    ["an empty list", { ips: [] }],
    ["an empty text", { ips: "" }],
    ["null", { ip: null }],
    ["a list where an object should be", ["8.8.8.8"]],
    ["null alone", "null"],
    ["nothing", undefined],
  ])("is 400 for %s", async (_name, body) => {
    const answer = await shared().site.post("/verificar_ip", body);

    expect(answer.status).toBe(400);
    expect(answer.text).toBe('{"error":"Nenhum IP fornecido"}');
  });

  test("has its rows in the order of the request, repeats too, each address as it was written", async () => {
    const ips = [EVIL, "8.8.8.8", EVIL, "2A02:06B8:0::1", "45[.]10[.]0[.]3", "2a02:6b8::1"];

    const answer = await shared().site.post("/verificar_ip", { ips });

    expect(rowsOf(answer).map(({ ip }) => ip)).toEqual(ips);
    expect(rowsOf(answer).map(({ alerta }) => alerta)).toEqual([
      "Inseguro",
      "Seguro",
      "Inseguro",
      "Seguro",
      "Seguro",
      "Seguro",
    ]);
  });

  test("has ip and error alone for what could not be checked, and never calls it safe", async () => {
    const ips = ["45.10.0.4", "10.0.0.5", "not an ip", "256.1.1.1", "1.2.3.0/24", "", 7, { a: 1 }, "8.8.8.8"];

    const rows = rowsOf(await shared().site.post("/verificar_ip", { ips }));

    expect(rows.slice(0, -1).map((row) => Object.keys(row))).toEqual(
      Array.from({ length: 8 }, () => ["ip", "error"]),
    );
    expect(rows[0]?.error).toMatch(/^Erro na consulta do IP 45\.10\.0\.4: 404 - /);
    expect(rows[1]?.error).toMatch(/private/i);
    expect(rows[2]?.error).toBe("Erro na consulta do IP not an ip: it is no IP address");
    expect(rows.map(({ ip }) => ip).slice(4)).toEqual(["1.2.3.0/24", "", "7", '{"a":1}', "8.8.8.8"]);
    expect(rows.at(-1)?.alerta).toBe("Seguro");
  });

  test("costs no request and makes no scan when all of it is cached, private or nonsense", async () => {
    const { stage, site } = shared();
    await site.post("/verificar_ip", { ips: ["8.8.8.8", "45.10.0.3", "45.10.0.4"] });
    const [asked, scans] = [stage.asked().length, (await scansOf(site)).length];

    const ips = ["45.10.0.4", "8.8.8.8", "192.168.0.9", "nonsense", "45.10.0.3"];
    const answer = await site.post("/verificar_ip", { ips });

    expect(answer.status).toBe(200);
    expect(rowsOf(answer).map((row) => row.alerta ?? "error")).toEqual([
      "error",
      "Seguro",
      "error",
      "error",
      "Seguro",
    ]);
    expect(stage.asked()).toHaveLength(asked);
    expect(await scansOf(site)).toHaveLength(scans);
  });

  test("is refused with a sentence when there are more than 10,000", async () => {
    const answer = await shared().site.post("/verificar_ip", { ips: addresses(10_001) });

    expect(answer.status).toBe(413);
    expect(answer.error()).toMatch(/10001 addresses .* POST \/api\/scans/);
  });

  test.each([
    ["of all", { ips: ["8.8.8.8", EVIL, "nonsense", EVIL] }, 200, { addresses: 4, unsafe: 2, failed: 1 }],
    ["of none", {}, 400, {}],
    ["of too many", { ips: addresses(10_001) }, 413, { addresses: 10_001 }],
  ])("is one line of the log with its sums and who asked (%s)", async (_name, body, status, facts) => {
    const { stage, site } = shared();
    const before = lines(stage).length;

    await site.post("/verificar_ip", body);

    await until(async () => lines(stage).length > before, "the line");
    expect(lines(stage).slice(before)).toEqual([
      {
        level: 30,
        time: expect.any(String) as string,
        adapter: "http",
        msg: "request",
        method: "POST",
        route: "/verificar_ip",
        status,
        ms: expect.any(Number) as number,
        ip: "127.0.0.1",
        user: "local:console",
        ...facts,
        ...(status === 200 && {
          scan: expect.toBeOneOf([null, expect.stringMatching(/^S-\w{4}$/)]) as string,
        }),
      },
    ]);
  });
});

/** The machine's time, but that it can be set forward. */
function aheadOfTime(): (ms: number) => void {
  const now = Date.now.bind(Date);
  let aheadMs = 0;
  vi.spyOn(Date, "now").mockImplementation(() => now() + aheadMs);
  return (ms) => {
    aheadMs += ms;
  };
}

function lines(stage: HttpStage): readonly Readonly<Record<string, unknown>>[] {
  return readFileSync(stage.path("app.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"request"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a row that failed", () => {
  test("says VirusTotal's code, and is asked again by the next request", async () => {
    let isDown = true;
    const fault = () => (isDown ? { status: 401 } : undefined);
    const stage = await openHttp({ objects: { "8.8.8.8": GOOGLE }, fault });
    const site = await stage.start();

    const failed = await site.post("/verificar_ip", { ip: "8.8.8.8" });
    isDown = false;

    expect(rowsOf(failed)).toEqual([
      { ip: "8.8.8.8", error: expect.stringContaining("8.8.8.8: ") as string },
    ]);
    expect(failed.text).not.toContain("Seguro");
  });
});

describe("unsafe addresses", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("are proposed once, and not blocked, however often they are asked for", async () => {
    const ahead = aheadOfTime();
    const stage = await openHttp({ objects: allAs(addresses(2), flagged(9)) });
    const site = await stage.start();

    for (let minute = 0; minute < 5; minute += 1) {
      await site.post("/verificar_ip", { ips: addresses(2) });
      await proposals(site, 1);
      ahead(60_000);
    }

    expect(await scansOf(site)).toHaveLength(1);
    expect(stage.blocked()).toEqual([]);
  });

  test("that are on a list make no scan, and say what VirusTotal says, before and after an edit of the list", async () => {
    const stage = await openHttp({ objects: allAs(addresses(2), flagged(9)) });
    const [black = "", white = ""] = addresses(2);
    stage.write("blacklist.txt", `${black}\n`);
    stage.write("whitelist.txt", `${white}\n`);
    const site = await stage.start();
    const first = await site.post("/verificar_ip", { ips: [black, white] });
    // What it would ask approvers is worked out by the lists as they were.
    await stage.until(async () => isReported(stage), "all is said of the scan");

    stage.write("blacklist.txt", "");
    stage.write("whitelist.txt", "");
    const second = await site.post("/verificar_ip", { ips: [black, white] });

    expect(second.text).toBe(first.text);
    expect(rowsOf(second).map(({ alerta }) => alerta)).toEqual(["Inseguro", "Inseguro"]);
    expect(await proposals(site, 0)).toEqual([]);
  });
});

async function isReported(stage: HttpStage): Promise<boolean> {
  const rows = await stage.inRecords(async (records) =>
    records.selectFrom("scan").select("reported").execute(),
  );
  return rows.every(({ reported }) => reported === 1);
}

describe("a request that takes longer than it may wait", () => {
  test.each([
    ["HTTP_WAIT_SECONDS", { HTTP_WAIT_SECONDS: "0" }, {}],
    ["Prefer: wait", {}, { prefer: "respond-async, wait=0" }],
  ])("is answered with the scan's address, where the result is later (%s)", async (_name, env, headers) => {
    const stage = await openHttp({ objects: { "8.8.8.8": GOOGLE }, latencyMs: 200 });
    const site = await stage.start(env);

    const answer = await site.post("/verificar_ip", { ip: "8.8.8.8" }, headers);

    const url = (answer.json() as { readonly scan: string }).scan;
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(url);
    expect(url).toMatch(/^\/api\/scans\/S-\w{4}$/);
    await scanOver(site, url.replace("/api/scans/", ""));
    const { records } = (await site.get(`${url}/results`)).json() as ResultsBody;
    expect(records).toEqual([expect.objectContaining({ indicator: "8.8.8.8", status: "clean" })]);
    const later = await site.post("/verificar_ip", { ip: "8.8.8.8" }, headers);
    expect([later.status, rowsOf(later)[0]?.alerta]).toEqual([200, "Seguro"]);
  });

  test("is answered with the same scan after a restart, and nothing is asked twice", async () => {
    const ips = addresses(9);
    const stage = await openHttp({ objects: allAs(ips, flagged(0)) });
    const env = { VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "2", HTTP_WAIT_SECONDS: "0" };
    const site = await stage.start(env);
    const { scan } = (await site.post("/verificar_ip", { ips })).json() as { readonly scan: string };
    await stage.until(async () => stage.asked().length > 0, "the first look-up");
    await site.stop();

    const again = await stage.start(env);
    const asked = await again.post("/verificar_ip", { ips });
    const waited = await again.post("/verificar_ip", { ips }, { prefer: "wait=20" });

    expect([asked.status, asked.json()]).toEqual([202, { scan, state: "running" }]);
    expect([waited.status, rowsOf(waited).map(({ ip }) => ip)]).toEqual([200, ips]);
    expect((await again.get(scan)).json()).toMatchObject({ state: "done", summary: { clean: 9 } });
    expect(await scansOf(again)).toHaveLength(1);
    expect(stage.asked()).toHaveLength(9);
  });

  test("starts by itself though it needs more requests than CONFIRM_OVER: a program has nobody to ask", async () => {
    const ips = addresses(5);
    const stage = await openHttp({ objects: allAs(ips, flagged(0)) });
    const site = await stage.start({ CONFIRM_OVER: "2" });

    const answer = await site.post("/verificar_ip", { ips });

    expect(answer.status).toBe(200);
    expect(rowsOf(answer)).toHaveLength(5);
  });
});
