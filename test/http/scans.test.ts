import { writeFileSync } from "node:fs";

import ExcelJS from "exceljs";
import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { openWorkbook, rowsOf } from "../report/open-xlsx.ts";
import { openHttp, scanOver, shareHttp, type ResultsBody, type ScanBody, type Site } from "./stage.ts";

const LIST = addresses(30, 11);
const OBJECTS = {
  "45.10.0.1": flagged(8, 0, { as_owner: "Bad Zz-Host", country: "NL" }),
  "45.10.0.2": flagged(0, 0, { as_owner: "Good Zz-Host", country: "DE" }),
  "45.10.0.3": flagged(2, 0, { as_owner: "Odd Zz-Host", country: "FR" }),
  "45.10.0.4": "missing",
  ...allAs(LIST, flagged(0)),
} as const;

function toForm(files: Readonly<Record<string, string | Uint8Array>>, text?: string): FormData {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append("file", new Blob([content]), name);
  if (text !== undefined) form.append("text", text);
  return form;
}

async function toXlsx(rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  workbook.addWorksheet("IPs").addRows(rows.map((row) => [...row]));
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

async function resultsOf(site: Site, id: string, query = ""): Promise<ResultsBody> {
  return (await site.get(`/api/scans/${id}/results${query}`)).json() as ResultsBody;
}

async function begin(site: Site, body: unknown): Promise<ScanBody> {
  const answer = await site.post("/api/scans", body);
  expect(answer.status, answer.text).toBe(201);
  const scan = answer.json() as ScanBody;
  expect(answer.headers.get("location")).toBe(`/api/scans/${scan.id}`);
  return scan;
}

describe("a scan", () => {
  const shared = shareHttp({ objects: OBJECTS });

  test.each([
    ["text", { text: "see 45[.]10[.]0[.]1 and hxxp://45.10.0.2/x" }, 2],
    ["indicators", { indicators: ["45.10.0.1", "45.10.0.3"] }, 2],
    ["both", { text: "45.10.0.1", indicators: ["45.10.0.4"] }, 2],
  ])("of JSON begins, and is done (%s)", async (_name, body, count) => {
    const { site } = shared();

    const scan = await begin(site, body);

    const { summary, open, finishedAt } = await scanOver(site, scan.id);
    expect(summary.indicators).toBe(count);
    expect(open).toBe(0);
    expect(Date.parse(finishedAt ?? "")).not.toBeNaN();
  });

  test("of files takes csv, xlsx and text beside each other", async () => {
    const { site } = shared();
    const form = toForm(
      {
        "a.csv": "host,ip\nx,45.10.0.1\n",
        "b.xlsx": await toXlsx([["IP"], ["45.10.0.2"], ["45.10.0.3"]]),
      },
      "45.10.0.4",
    );

    const { id } = await begin(site, form);

    const { source, summary } = await scanOver(site, id);
    expect(source).toBe("2 files");
    expect(summary).toMatchObject({ unsafe: 1, clean: 1, suspicious: 1, unknown: 1 });
  });

  test("says which file could not be read, and checks the others", async () => {
    const { site } = shared();

    const { id, notes } = await begin(
      site,
      toForm({ "empty.txt": "", "good.txt": "45.10.0.1", "x.pdf": "%PDF-1.7\nbinary" }),
    );

    expect(notes).toHaveLength(2);
    expect(notes.join(" ")).toMatch(/empty\.txt is empty.*x\.pdf/s);
    await scanOver(site, id);
  });

  test.each([
    ["nothing", undefined, 422, /Nothing to check/],
    ["an empty object", {}, 422, /Nothing to check/],
    ["text without an indicator", { text: "hello" }, 422, /Nothing to check/],
    ["an empty file", toForm({ "list.txt": "" }), 422, /list\.txt is empty/],
    ["no file", toForm({}), 422, /Nothing to check/],
    ["text of another type", { text: 7 }, 400, /body\.text/],
    ["an indicator of another type", { indicators: [null] }, 400, /body\.indicators\.0/],
    ["broken JSON", "{", 400, /JSON/],
    ["a large file", toForm({ "big.txt": "x".repeat(11 * 1_048_576) }), 413, /big\.txt has more than 10 MiB/],
    ["large JSON", { text: "x".repeat(11 * 1_048_576) }, 413, /too large/],
  ])("of %s is refused with a sentence", async (_name, body, status, sentence) => {
    const answer = await shared().site.post("/api/scans", body);

    expect(answer.status).toBe(status);
    expect(answer.error()).toMatch(sentence);
  });

  test("of more files than ten is refused", async () => {
    const files = Object.fromEntries(LIST.slice(0, 11).map((ip, at) => [`${at}.txt`, ip]));

    const answer = await shared().site.post("/api/scans", toForm(files));

    expect(answer.status).toBe(413);
    expect(answer.error()).toMatch(/\w/);
  });

  test("of 2 MB of JSON is taken", async () => {
    const { id } = await begin(shared().site, { text: `${" ".repeat(2_000_000)}45.10.0.1` });

    expect((await scanOver(shared().site, id)).summary.unsafe).toBe(1);
  });

  test("that nobody has begun is 404, in whatever case it is asked for", async () => {
    const { site } = shared();
    const { id } = await begin(site, { text: "45.10.0.1" });

    expect((await site.get(`/api/scans/${id.toLowerCase()}`)).status).toBe(200);
    for (const path of ["", "/results", "/report.xlsx", "/events"])
      expect((await site.get(`/api/scans/S-0000${path}`)).status, path).toBe(404);
    expect((await site.post("/api/scans/S-0000/cancel")).status).toBe(404);
  });

  test("says in the list of scans what it says by itself, with what it has spent", async () => {
    const stage = await openHttp({ objects: OBJECTS });
    const site = await stage.start();
    const { id } = await begin(site, { indicators: ["45.10.0.1", "45.10.0.2"] });
    const scan = await scanOver(site, id);

    const listed = (await site.get("/api/scans")).json();

    expect(scan.summary.requests).toBe(2);
    expect(listed).toEqual([scan]);
  });

  test("that is over cannot be cancelled or started", async () => {
    const { site } = shared();
    const { id } = await begin(site, { text: "45.10.0.1" });
    await scanOver(site, id);

    for (const verb of ["cancel", "start"]) {
      const answer = await site.post(`/api/scans/${id}/${verb}`);
      expect([answer.status, typeof answer.error()]).toEqual([409, "string"]);
    }
  });
});

describe("the results of a scan", () => {
  const shared = shareHttp({ objects: OBJECTS });
  const text = `45.10.0.1 45.10.0.2 45.10.0.3 45.10.0.4 300.1.2.3 10.1.1.1 ${LIST.join(" ")}`;

  test("are sorted, filtered, searched and paged, and the pages sum up", async () => {
    const { site } = shared();
    const { id } = await begin(site, { text });
    const { summary } = await scanOver(site, id);
    const shown = async (query: string) =>
      (await resultsOf(site, id, query)).records.map(({ indicator, input }) => indicator ?? input);

    expect(await shown("?orderBy=detections&descending=true&most=2")).toEqual(["45.10.0.1", "45.10.0.3"]);
    expect(await shown("?orderBy=owner&search=zz-host&most=2")).toEqual(["45.10.0.1", "45.10.0.2"]);
    expect(await shown("?status=unsafe&status=unknown")).toEqual(["45.10.0.1", "45.10.0.4"]);
    expect(await shown("?status=rejected")).toEqual(["300.1.2.3"]);
    expect(await shown("?search=45.10.0.3")).toEqual(["45.10.0.3"]);
    expect(await shown("?search=%25")).toEqual([]);
    const pages = await Promise.all([0, 10, 20, 30].map(async (from) => shown(`?from=${from}&most=10`)));
    expect(new Set(pages.flat()).size).toBe(36);
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 10, 6]);
    const { matching } = await resultsOf(site, id);
    expect(matching).toBe(summary.indicators + summary.rejected);
    expect(await shown("?from=36")).toEqual([]);
  });

  test("that were looked at in mid-scan have every status when it is over", async () => {
    const slow = await openHttp({ objects: OBJECTS, latencyMs: 100 });
    const site = await slow.start();
    const { id } = await begin(site, { text });
    await resultsOf(site, id, "?status=clean");

    await scanOver(site, id);

    expect((await resultsOf(site, id, "?status=clean")).matching).toBe(31);
  });

  test.each([
    "from=-1",
    "from=x",
    "from=1e400",
    "most=0",
    "most=1001",
    "orderBy=constructor",
    "status=evil",
    `search=${"x".repeat(201)}`,
    "descending=maybe",
  ])("are refused for %s", async (query) => {
    const { site } = shared();
    const { id } = await begin(site, { text: "45.10.0.1" });

    const answer = await site.get(`/api/scans/${id}/results?${query}`);

    expect(answer.status).toBe(400);
    expect(answer.error()).toContain(query.split("=")[0]);
  });

  test("are in the xlsx", async () => {
    const { stage, site } = shared();
    const { id } = await begin(site, { text: "45.10.0.1 45.10.0.2" });
    await scanOver(site, id);

    const file = await site.get(`/api/scans/${id}/report.xlsx`);

    expect(file.headers.get("content-disposition")).toBe(`attachment; filename="vtip-${id}.xlsx"`);
    writeFileSync(stage.path("report.xlsx"), file.bytes);
    const rows = rowsOf(await openWorkbook(stage.path("report.xlsx")), "Results");
    expect(rows.map((row) => Object.values(row)[0])).toEqual(expect.arrayContaining(["45.10.0.1"]));
    expect(rows).toHaveLength(2);
  });

  test.each([
    ["?orderBy=detections&descending=true&status=unsafe&status=suspicious", ["45.10.0.1", "45.10.0.3"]],
    ["?orderBy=owner&search=zz-host", ["45.10.0.1", "45.10.0.2", "45.10.0.3"]],
    ["?orderBy=status&status=unknown&status=unsafe&status=rejected", ["45.10.0.1", "45.10.0.4", ""]],
    ["?orderBy=status&descending=true&status=unknown&status=unsafe", ["45.10.0.4", "45.10.0.1"]],
    ["?orderBy=position&descending=true&status=rejected&status=unknown", ["", "45.10.0.4"]],
    ["?search=nothing-of-that-kind", []],
  ])("are in the csv as they are sorted, filtered and searched: %s", async (query, expected) => {
    const { site } = shared();
    const { id } = await begin(site, { text });
    await scanOver(site, id);

    const file = await site.get(`/api/scans/${id}/report.csv${query}`);

    expect(file.headers.get("content-disposition")).toBe(`attachment; filename="vtip-${id}.csv"`);
    expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [headings, ...rows] = file.text.split("\r\n").slice(0, -1);
    if (expected.length > 0) expect(headings).toMatch(/^\uFEFF?input,indicator,kind,status,/);
    expect(rows.map((row) => row.split(",")[1])).toEqual(expected);
  });

  test("are all in the csv, unless something else is asked for", async () => {
    const { site } = shared();
    const { id } = await begin(site, { text });
    const { summary } = await scanOver(site, id);

    const all = await site.get(`/api/scans/${id}/report.csv`);
    const wrong = await site.get(`/api/scans/${id}/report.csv?orderBy=evil`);
    const unknown = await site.get("/api/scans/S-0000/report.csv");

    expect(all.text.trimEnd().split("\r\n")).toHaveLength(1 + summary.indicators + summary.rejected);
    expect([wrong.status, unknown.status]).toEqual([400, 404]);
  });
});

describe("a scan that runs", () => {
  test("is cancelled, and keeps what is known", async () => {
    const stage = await openHttp({ objects: OBJECTS, latencyMs: 100 });
    const site = await stage.start({ VT_KEY1_PER_MINUTE: "2", VT_WINDOW_SECONDS: "5" });
    const { id } = await begin(site, { indicators: LIST });

    const answer = await site.post(`/api/scans/${id}/cancel`);

    expect(answer.json()).toMatchObject({ id, state: "cancelled" });
    const { summary } = await scanOver(site, id, "cancelled");
    expect(summary.skipped).toBeGreaterThan(20);
  });

  test("tells its progress as events, to the end", async () => {
    const stage = await openHttp({ objects: OBJECTS, latencyMs: 50 });
    const site = await stage.start();
    const { id } = await begin(site, { indicators: ["45.10.0.1", ...LIST] });

    const stream = await site.get(`/api/scans/${id}/events`);

    expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = [...stream.text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(
      ([, event, data]) => [event, JSON.parse(data ?? "") as { readonly state?: string }] as const,
    );
    expect(events[0]).toEqual(["scan", expect.objectContaining({ id })]);
    expect(events.at(-1)).toEqual(["scan", expect.objectContaining({ state: "done" })]);
    expect(events.map(([event]) => event)).toContain("proposal");
  });

  test("lets the program stop at once though somebody listens", async () => {
    const stage = await openHttp({ objects: OBJECTS, latencyMs: 3000 });
    const site = await stage.start();
    const { id } = await begin(site, { indicators: LIST });
    const listening = site.get(`/api/scans/${id}/events`).catch(() => null);
    const waiting = site.post("/verificar_ip", { ip: LIST[0] }).catch(() => null);

    const startedAt = Date.now();
    await site.stop();

    expect(Date.now() - startedAt).toBeLessThan(6000);
    await Promise.all([listening, waiting]);
  });

  test("goes on after a restart in mid-scan, and asks nothing twice", async () => {
    const stage = await openHttp({ objects: OBJECTS, latencyMs: 20 });
    const site = await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "1" });
    const { id } = await begin(site, { indicators: LIST.slice(0, 12) });
    await stage.until(async () => stage.asked().length >= 4, "the first look-ups");
    await site.stop();

    const again = await stage.start();

    const { summary } = await scanOver(again, id);
    expect(summary).toMatchObject({ clean: 12, indicators: 12 });
    expect(stage.asked()).toHaveLength(12);
  });
});

describe("a scan that needs more requests than CONFIRM_OVER", () => {
  test("waits for its start", async () => {
    const stage = await openHttp({ objects: OBJECTS });
    const site = await stage.start({ CONFIRM_OVER: "5" });
    const { id, state } = await begin(site, { indicators: LIST });
    expect(state).toBe("planned");
    expect(stage.asked()).toEqual([]);

    const started = await site.post(`/api/scans/${id}/start`);

    expect(started.status).toBe(200);
    expect((await scanOver(site, id)).summary.clean).toBe(30);
    expect((await site.post(`/api/scans/${id}/start`)).status).toBe(409);
  });
});
