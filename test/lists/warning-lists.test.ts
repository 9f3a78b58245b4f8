import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import { createGuards, type Guards } from "../../src/lists/guards.ts";
import { createListings } from "../../src/lists/listings.ts";
import { SHARED_INFRASTRUCTURE } from "../../src/lists/shared-infrastructure.ts";
import { parseWarningList, toNetwork } from "../../src/lists/warning-list.ts";
import { createWarningLists } from "../../src/lists/warning-lists.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const CDN = { name: "Example CDN", type: "cidr", list: ["45.10.0.0/24", "2a0e:1::/32", "45.10.1.1"] };
const SHARED = resolve(import.meta.dirname, "../../../shared/warninglists");

let folder = "";

beforeEach(() => {
  folder = temporaryFolder();
});

/** Writes a file as of some time ago, so that it can be taken for settled. */
function write(name: string, content: unknown, agoMs = 10_000): string {
  const file = join(folder, name);
  mkdirSync(resolve(file, ".."), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const at = (Date.now() - agoMs) / 1000;
  utimesSync(file, at, at);
  return file;
}

function match(guards: Guards, value: string) {
  return guards.match({ kind: "ip", value });
}

function open(dir: string | null = folder, ownNetworks: readonly string[] = []) {
  return createGuards({ ownNetworks, warningListsDir: dir });
}

describe("a warning list", () => {
  test.each([
    ["cidr", CDN, 3],
    [
      "a list of strings: its addresses count, its names do not",
      { ...CDN, type: "string", list: ["a.example", "1.2.3.4"] },
      1,
    ],
    ["names of hosts", { ...CDN, type: "hostname", list: ["1.2.3.4", "a.example"] }, 0],
    [
      "strings that are something else",
      { ...CDN, type: "string", matching_attributes: ["md5"], list: ["1.2.3.4"] },
      0,
    ],
    ["addresses by their attributes", { ...CDN, matching_attributes: ["ip-src|port"] }, 3],
    ["an empty list", { ...CDN, list: [] }, 0],
  ])("of %s is read", (_, document, count) => {
    expect(parseWarningList(JSON.stringify(document))).toMatchObject({
      name: CDN.name,
      count,
      problem: null,
    });
  });

  test.each([
    ["no JSON", "not json"],
    ["no object", "[]"],
    ["no list", JSON.stringify({ name: "x", type: "cidr" })],
    ["a kind that is not known", JSON.stringify({ ...CDN, type: "colours" })],
  ])("is none: %s", (_, text) => {
    expect(() => parseWarningList(text)).toThrow();
  });

  test.each([
    "0.0.0.0/0",
    "::/0",
    "1.2.3.4/33",
    "::1/129",
    "1.2.3/24",
    "1.2.3.4/",
    "1.2.3.4/x",
    "x",
    "",
    "01.2.3.4",
  ])("has no network in %s", (text) => {
    expect(toNetwork(text)).toBeNull();
    expect(parseWarningList(JSON.stringify({ ...CDN, list: [text, "1.2.3.4", 7] }))).toMatchObject({
      count: 1,
      problem: expect.stringContaining(`"${text}" is no address or network, and so are 1 more`),
    });
  });

  test("is called by its name in one line, without the address of its source", () => {
    const name = "Known\n  bots (https://bots.example/ranges.json)";

    expect(parseWarningList(JSON.stringify({ ...CDN, name })).name).toBe("Known bots");
  });
});

describe("a folder of warning lists", () => {
  test("has lists beside each other and in folders of their own; an address is shown with its list's name", () => {
    write("cdn/list.json", CDN);
    write("bots.json", { ...CDN, name: "Bots", list: ["45.20.0.0/16"] });
    write("README.md", "# lists");
    write(".hidden.json", "broken");
    mkdirSync(join(folder, "empty"));
    const guards = open()();

    expect(guards.problems).toEqual([]);
    expect(match(guards, "45.10.0.255")).toEqual({ kind: "shared", list: "Example CDN" });
    expect(match(guards, "2a0e:1:2::3")).toEqual({ kind: "shared", list: "Example CDN" });
    expect(match(guards, "45.20.3.4")).toEqual({ kind: "shared", list: "Bots" });
    expect(match(guards, "45.10.1.2")).toBeNull();
    expect(guards.match({ kind: "url", value: "http://45.10.0.7/x" })).toMatchObject({ kind: "shared" });
    expect(guards.match({ kind: "domain", value: "cdn.example" })).toBeNull();
  });

  test("names what cannot be read, and loses nothing else", () => {
    write("cdn/list.json", CDN);
    write("broken/list.json", '{"name": "cut o');
    write("odd.json", { ...CDN, name: "Odd", list: ["45.30.0.0/16", "seven"] });
    mkdirSync(join(folder, "folder.json"));
    symlinkSync(join(folder, "nowhere"), join(folder, "gone.json"));
    const guards = open()();

    const problems = guards.problems.join("\n");
    expect(guards.problems).toHaveLength(4);
    expect(problems).toMatch(/broken\/list\.json is not read as a warning list \(it is no JSON\)/);
    expect(problems).toMatch(/odd\.json: "seven" is no address or network/);
    expect(problems).toMatch(/folder\.json is not read/);
    expect(problems).toMatch(/gone\.json is not read/);
    expect(match(guards, "45.10.0.1")).not.toBeNull();
    expect(match(guards, "45.30.0.1")).not.toBeNull();
  });

  test("that is not there is named; what is built in guards all the same", () => {
    const guards = open(join(folder, "nowhere"))();

    expect(guards.problems).toEqual([expect.stringContaining("WARNING_LISTS_DIR")]);
    expect(match(guards, "1.1.1.1")).toEqual({ kind: "shared", list: "Public DNS resolvers: Cloudflare" });
  });

  test("is read again when a list is changed, added or taken away, and only then", () => {
    write("cdn/list.json", CDN);
    const read = createWarningLists(folder);
    const names = () => read().lists.map(({ name }) => name);
    const first = read();
    expect(read()).toBe(first);

    write("cdn/list.json", { ...CDN, name: "Renamed" }, 9000);
    expect(names()).toEqual(["Renamed"]);
    write("bots.json", { ...CDN, name: "Bots" });
    expect(names()).toEqual(["Bots", "Renamed"]);
    rmSync(join(folder, "cdn"), { recursive: true });
    expect(names()).toEqual(["Bots"]);
  });

  test("keeps what a file said that is broken by now, and says so", () => {
    write("cdn/list.json", CDN);
    const guards = open();
    expect(match(guards(), "45.10.0.1")).not.toBeNull();

    write("cdn/list.json", '{"name": "half', 8000);
    expect(match(guards(), "45.10.0.1")).not.toBeNull();
    expect(guards().problems).toEqual([expect.stringContaining("what it said before still counts")]);

    write("cdn/list.json", { ...CDN, list: ["45.11.0.0/24"] }, 7000);
    expect(match(guards(), "45.10.0.1")).toBeNull();
    expect(guards().problems).toEqual([]);
  });

  test("a large list of names is left alone", () => {
    const list = Array.from({ length: 60_000 }, (_, at) => `host-${at}.example`);
    write("names.json", JSON.stringify({ list, name: "Names", type: "hostname" }, null, 1));

    expect(createWarningLists(folder)()).toEqual({ lists: [], problems: [] });
  });

  test("its problems are told with those of the other lists", () => {
    write("broken.json", "{");
    const files = { whitelistFile: join(folder, "w.txt"), blacklistFile: join(folder, "b.txt") };

    expect(createListings({ ...files, warningListsDir: folder }).problems()).toEqual([
      expect.stringContaining("broken.json"),
    ]);
  });
});

describe("own networks", () => {
  test("come before every list, by the entry as it was written", () => {
    const guards = open(null, ["45.10.0.0/16", "1.1.1.0/24", "2a0e:1::5"])();

    expect(match(guards, "45.10.200.1")).toEqual({ kind: "own", network: "45.10.0.0/16" });
    expect(match(guards, "1.1.1.1")).toEqual({ kind: "own", network: "1.1.1.0/24" });
    expect(match(guards, "2a0e:1::5")).toEqual({ kind: "own", network: "2a0e:1::5" });
    expect(match(guards, "45.11.0.1")).toBeNull();
  });
});

describe("what is built in", () => {
  test("has a name, a source and a month for each part, and nothing that is no network", () => {
    for (const { name, source, asOf, networks } of SHARED_INFRASTRUCTURE) {
      expect(name).toMatch(/^(?:Public DNS resolvers|DNS root servers|CDN edges|Cloud front ends|Crawlers)/);
      expect(source).toMatch(/^https:\/\//);
      expect(asOf).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])$/);
      expect(networks.filter((network) => toNetwork(network) === null)).toEqual([]);
      expect(new Set(networks).size).toBe(networks.length);
    }
  });

  test.each([
    ["8.8.8.8", "Public DNS resolvers: Google"],
    ["9.9.9.9", "Public DNS resolvers: Quad9"],
    ["104.16.1.1", "CDN edges: Cloudflare"],
    ["2606:4700::6810:84e5", "CDN edges: Cloudflare"],
    ["151.101.1.69", "CDN edges: Fastly"],
    ["66.249.66.1", "Crawlers: Googlebot"],
    ["157.55.39.1", "Crawlers: Bingbot"],
  ])("covers %s", (ip, list) => {
    expect(match(open(null)(), ip)).toEqual({ kind: "shared", list });
  });

  test("leaves alone what clouds rent out", () => {
    const guards = open(null)();

    // Amazon EC2, Google Compute Engine, Azure, DigitalOcean.
    for (const ip of ["3.5.140.1", "34.64.4.1", "20.38.98.100", "164.90.128.1"])
      expect(match(guards, ip)).toBeNull();
  });
});

test.skipIf(!existsSync(SHARED))(
  "lists of MISP are read without a problem (needs ../shared/warninglists)",
  () => {
    const { lists, problems } = createWarningLists(SHARED)();

    expect(problems).toEqual([]);
    expect(lists).toHaveLength(
      readdirSync(SHARED).filter((name) => existsSync(join(SHARED, name, "list.json"))).length,
    );
    expect(lists.find(({ name }) => name === "List of known Cloudflare IP ranges")?.count).toBe(22);
  },
);
