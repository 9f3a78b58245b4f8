import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { updateWarningLists } from "../../src/commands/warning-lists.ts";
import { UserError } from "../../src/errors.ts";
import { WARNING_LIST_NAMES } from "../../src/lists/warning-list-names.ts";
import { createWarningLists } from "../../src/lists/warning-lists.ts";
import { temporaryFolder } from "../temporary-folder.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const OLD = toText("Old", ["45.10.0.0/24", "45.10.1.0/24"]);

function toText(name: string, list: readonly string[]): string {
  return JSON.stringify({ name, type: "cidr", list, matching_attributes: ["ip-src"] });
}

function missing(response: ServerResponse): void {
  response.writeHead(404).end();
}

function text(body: string): Answer {
  return (response) => response.end(body);
}

/** A repository with these lists; every other one is there too, with one address. */
async function openRepository(answers: Readonly<Record<string, Answer>> = {}, timeoutMs = 20_000) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const [, key = ""] = /^\/base\/lists\/([^/]+)\/list\.json$/.exec(request.url ?? "") ?? [];
    const answer = answers[key] ?? text(toText(key, ["45.99.0.1"]));
    answer(response, request);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const { port } = server.address() as AddressInfo;
  const folder = join(temporaryFolder(), "deep", "lists");
  const settings = {
    warningListsDir: folder,
    warningListsUrl: `http://127.0.0.1:${port}/base`,
    timeoutMs,
  };
  return {
    folder,
    asked,
    settings,
    port,
    file: (key: string) => join(folder, key, "list.json"),
    put(key: string, content: string) {
      mkdirSync(join(folder, key), { recursive: true });
      writeFileSync(join(folder, key, "list.json"), content);
    },
    async update() {
      const { lists } = await updateWarningLists(settings);
      return (key: string) => lists.find((list) => list.key === key);
    },
  };
}

describe("an update of the warning lists", () => {
  test("fetches every list into a folder of its own, and says what is new, changed and the same", async () => {
    const changed = toText("Edges", ["45.10.0.0/24", "45.10.2.0/24", "2a0e:1::/32"]);
    const repository = await openRepository({ cloudflare: text(changed), fastly: text(OLD) });
    repository.put("cloudflare", OLD);
    repository.put("fastly", OLD);

    const listOf = await repository.update();

    expect(listOf("cloudflare")).toEqual({
      kind: "changed",
      key: "cloudflare",
      name: "Edges",
      count: 3,
      added: 2,
      removed: 1,
    });
    expect(listOf("fastly")).toEqual({ kind: "same", key: "fastly", name: "Old", count: 2 });
    expect(listOf("akamai")).toEqual({ kind: "new", key: "akamai", name: "akamai", count: 1 });
    expect(readFileSync(repository.file("cloudflare"), "utf8")).toBe(changed);
    expect(repository.asked).toHaveLength(WARNING_LIST_NAMES.length);
    const { lists, problems } = createWarningLists(repository.folder)();
    expect(problems).toEqual([]);
    expect(lists).toHaveLength(WARNING_LIST_NAMES.length);
  });

  test("takes along every list that has a folder here", async () => {
    const repository = await openRepository();
    mkdirSync(join(repository.folder, "amazon-aws"), { recursive: true });

    const listOf = await repository.update();

    expect(listOf("amazon-aws")).toMatchObject({ kind: "new" });
  });

  test("leaves a list of somebody's own alone", async () => {
    const repository = await openRepository({ ours: missing, typo: missing });
    repository.put("ours", OLD);
    mkdirSync(join(repository.folder, "typo"));

    const listOf = await repository.update();

    expect(listOf("ours")).toMatchObject({ kind: "same", count: 2 });
    expect(listOf("typo")).toMatchObject({ kind: "failed", isKept: false });
    expect(readFileSync(repository.file("ours"), "utf8")).toBe(OLD);
  });

  test.each<[string, Answer, RegExp]>([
    ["is not there", missing, /no such list/],
    ["cannot be had now", (response) => response.writeHead(503).end(), /answered 503/],
    ["is a page", text("<html>log in</html>"), /no warning list/],
    ["is cut off", text(OLD.slice(0, -20)), /no warning list/],
    [
      "breaks off",
      (response) => {
        response.writeHead(200, { "content-length": "5000" });
        response.write(OLD, () => response.destroy());
      },
      /broke off/,
    ],
    ["is not answered", () => undefined, /within/],
    [
      "comes too slowly",
      (response) => {
        const drip = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(drip));
      },
      /within/,
    ],
    ["is reset", (_, request) => request.socket.destroy(), /not reached, or broke off/],
    [
      "holds names alone",
      text(JSON.stringify({ name: "x", type: "hostname", list: ["a.example"] })),
      /no address/,
    ],
    ["is empty", text(toText("x", [])), /no address/],
    ["is endless", (response) => endless(response), /larger than 16 MiB/],
  ])("keeps a list that %s, and fetches the others", async (_, answer, reason) => {
    // Long enough for those that come, where many tests run at once.
    const timeoutMs = String(reason).includes("within") ? 1500 : 20_000;
    const repository = await openRepository({ cloudflare: answer, gcore: answer }, timeoutMs);
    repository.put("cloudflare", OLD);

    const listOf = await repository.update();

    expect(listOf("cloudflare")).toEqual({
      kind: "failed",
      key: "cloudflare",
      reason: expect.stringMatching(reason),
      isKept: true,
    });
    expect(listOf("gcore")).toMatchObject({ kind: "failed", isKept: false });
    expect(listOf("akamai")).toMatchObject({ kind: "new" });
    expect(readFileSync(repository.file("cloudflare"), "utf8")).toBe(OLD);
    expect(readdirSync(join(repository.folder, "cloudflare"))).toEqual(["list.json"]);
    expect(existsSync(join(repository.folder, "gcore"))).toBe(false);
  });

  test("is not sent elsewhere by a redirect, not even to the same host", async () => {
    const repository = await openRepository({
      cloudflare: (response) =>
        response
          .writeHead(302, { location: `http://localhost:${repository.port}/base/lists/other/list.json` })
          .end(),
      fastly: (response) => response.writeHead(301, { location: "/base/lists/other/list.json" }).end(),
    });

    const listOf = await repository.update();

    expect(listOf("cloudflare")).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("not followed"),
    });
    expect(listOf("fastly")).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("not followed"),
    });
    expect(repository.asked.filter((path) => path.includes("other"))).toEqual([]);
  });

  test("without a network fails for each list and changes nothing", async () => {
    const repository = await openRepository();
    repository.put("cloudflare", OLD);
    const settings = { ...repository.settings, warningListsUrl: "http://127.0.0.1:9" };

    const { lists } = await updateWarningLists(settings);

    expect(new Set(lists.map(({ kind }) => kind))).toEqual(new Set(["failed"]));
    expect(readdirSync(repository.folder)).toEqual(["cloudflare"]);
  });

  test("puts a list in the place of what is none", async () => {
    const repository = await openRepository({ cloudflare: text(OLD) });
    repository.put("cloudflare", "{ broken");

    const listOf = await repository.update();

    expect(listOf("cloudflare")).toMatchObject({ kind: "changed", count: 2, added: 2, removed: 0 });
    expect(readFileSync(repository.file("cloudflare"), "utf8")).toBe(OLD);
  });

  test.skipIf(process.getuid?.() === 0)(
    "tells what cannot be written, and keeps it (needs another user than root)",
    async () => {
      const repository = await openRepository({ cloudflare: text(toText("Edges", ["45.1.1.1"])) });
      repository.put("cloudflare", OLD);
      const home = dirname(repository.file("cloudflare"));
      chmodSync(home, 0o500);
      onTestFinished(() => chmodSync(home, 0o700));

      const listOf = await repository.update();

      expect(listOf("cloudflare")).toMatchObject({ kind: "failed", isKept: true });
      expect(readFileSync(repository.file("cloudflare"), "utf8")).toBe(OLD);
    },
  );

  test("needs a folder, and one that can be used", async () => {
    const { settings, folder } = await openRepository();
    await expect(updateWarningLists({ ...settings, warningListsDir: null })).rejects.toThrow(UserError);
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, "a file");

    await expect(updateWarningLists(settings)).rejects.toThrow("WARNING_LISTS_DIR");
  });
});

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(1024 * 1024, 32);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
}
