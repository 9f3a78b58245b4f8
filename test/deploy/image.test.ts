import { execFile, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { startStandin } from "../../src/demo/standin.ts";
import { flagged } from "../cli/program.ts";
import { gone, untilPrinted } from "../engines/engine.ts";
import { freePort } from "../free-port.ts";
import { letIn, readStages, ROOT, settingsOf, sourcesOf, wordsOf } from "./dockerfile.ts";
import { buildImage, canJail, startInJail } from "./jail.ts";

const [build, last, ...more] = readStages();
const run = promisify(execFile);

describe("the Dockerfile", () => {
  test("copies what is there, and what .dockerignore lets in, and nothing else is let in", () => {
    const sources = sourcesOf(build);

    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect([...letIn()].sort()).toEqual([...sources].sort());
    expect(sourcesOf(last)).toEqual([]);
    expect(more).toEqual([]);
  });

  test("has the scripts of those packages alone run that may run some", () => {
    const { allowScripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      allowScripts: Readonly<Record<string, boolean>>;
    };
    const steps = wordsOf(build, "RUN").join(" && ");

    const [, rebuilt = ""] = /npm rebuild --ignore-scripts=false ([^&]+)/u.exec(steps) ?? [];

    expect(steps).toContain("npm ci --ignore-scripts");
    expect(rebuilt.trim().split(" ").sort()).toEqual(Object.keys(allowScripts).sort());
  });

  test("ends with a user who is not root, by number, so that a cluster can see it", () => {
    expect(wordsOf(last, "USER")).toEqual(["1000:1000"]);
  });

  test("is of a version of Node that the program runs on, one for all stages", () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      engines: { readonly node: string };
    };
    const [, major = 0, minor = 0] = /NODE_VERSION=(\d+)\.(\d+)\.\d+$/mu.exec(dockerfile()) ?? [];

    expect(engines.node).toBe(">=20.19");
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(20_019);
    expect([build?.from, last?.from]).toEqual([
      "node:${NODE_VERSION}-bookworm AS build",
      "node:${NODE_VERSION}-bookworm-slim",
    ]);
  });
});

function dockerfile(): string {
  return readFileSync(join(ROOT, "Dockerfile"), "utf8");
}

if (!canJail)
  test.skip("the image, as far as it can be built here (needs Linux, and unshare as root)", () => {});

describe.runIf(canJail)("the image, as far as it can be built here", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vtip-image-"));
    buildImage(folder, build);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

  const image = (path: string) => join(folder, "image", path);

  async function start(): Promise<{ readonly child: ChildProcess; readonly url: string; logged(): string }> {
    const virustotal = await startStandin({
      keys: { "key-of-the-test": {} },
      objects: { "45.10.0.1": flagged(9) },
    });
    onTestFinished(() => virustotal.close());
    const settings = { ...settingsOf(last), HTTP_PORT: String(await freePort()) };
    const child = startInJail(folder, ["serve"], {
      ...settings,
      VT_API_URL: virustotal.url,
      VT_APIKEY1: "key-of-the-test",
      APPROVERS: "local:console",
    });
    let logged = "";
    child.stderr?.on("data", (chunk: Buffer) => (logged += chunk.toString("utf8")));
    await untilPrinted(child, /vtip serves http/u, "the program");
    return { child, url: `http://127.0.0.1:${settings.HTTP_PORT}`, logged: () => logged };
  }

  test("serves with nothing to write on but its volumes and /tmp, and ends as process 1 when it is told to", async () => {
    const { child, url, logged } = await start();
    const { port } = new URL(url);

    const question = { method: "POST", headers: { "content-type": "application/json" } };
    const body = JSON.stringify({ ips: ["45.10.0.1"] });
    const answer = await fetch(`${url}/verificar_ip`, { ...question, body });
    const [scan] = (await (await fetch(`${url}/api/scans`)).json()) as readonly { readonly id: string }[];
    const report = await fetch(`${url}/api/scans/${scan?.id}/report.xlsx`);
    const ready = await fetch(`${url}/readyz`);
    const [, program = "", ...words] = JSON.parse(
      (wordsOf(last, "HEALTHCHECK")[0] ?? "").replace(/^.*?CMD /u, ""),
    ) as string[];
    const healthy = await run(process.execPath, [program, ...words], { env: { HTTP_PORT: port } });

    expect(answer.status).toBe(200);
    expect((await report.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    expect([report.status, ready.status]).toEqual([200, 200]);
    expect(healthy.stderr).toBe("");

    process.kill(insideOf(child), "SIGTERM");
    await gone(child);

    expect(child.exitCode).toBe(0);
    const worse = logged()
      .split("\n")
      .filter((line) => /"level":[456]0/u.test(line));
    expect(worse).toEqual([]);
    expect(logged()).not.toContain("EROFS");
    expect(readdirSync(image("data")).sort()).toEqual(["cache.sqlite", "vtip.sqlite"]);
    expect(readdirSync(image("tmp"))).toEqual([]);
    await expect(run(process.execPath, [program, ...words], { env: { HTTP_PORT: port } })).rejects.toThrow();
  });
});

/** The process that `unshare` waits for. */
function insideOf(child: ChildProcess): number {
  const pid = String(child.pid);
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
}
