import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import type { FeedEntry } from "../../src/feeds/feed.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bare, feedOf, hostileEntries, known, many, SAMPLE, textOf, V6_ONLY } from "./entries.ts";
import { findKernelProgram, findProgram, inNetwork, run, type Ended } from "./programs.ts";

// Starting programs takes its time where many tests run.
vi.setConfig({ testTimeout: 60_000 });

const FINE = { status: 0, stderr: "" };

/** What every program has to take. */
const LISTS: readonly { readonly what: string; readonly entries: readonly FeedEntry[] }[] = [
  { what: "a list of both versions with networks", entries: SAMPLE },
  { what: "an empty list", entries: [] },
  { what: "IPv6 alone", entries: V6_ONLY },
  { what: "hostile text", entries: hostileEntries() },
  { what: "5,000 addresses", entries: [...many(5000)] },
  { what: "neighbours", entries: ["45.10.0.0", "45.10.0.1", "45.10.0.2/31", "45.10.0.4/30"].map(bare) },
  {
    what: "the first and last addresses",
    entries: ["0.0.0.0/1", "255.255.255.255", "::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"].map(
      bare,
    ),
  },
];

async function write(
  folder: string,
  format: string,
  entries: readonly FeedEntry[],
  rules = false,
): Promise<string> {
  const feed = feedOf(format);
  const file = join(folder, `${entries.length}-${rules ? "rules" : "list"}.${feed.extension}`);
  writeFileSync(file, await textOf(feed, entries, { comments: true, rules }));
  return file;
}

const nft = findKernelProgram("nft", "nft list ruleset");

test.skipIf(!nft.isHere).each(LISTS)(
  `nft takes $what, with and without rules${nft.note}`,
  async ({ entries }) => {
    const folder = temporaryFolder();
    const plain = await write(folder, "nftables", entries);
    const withRules = await write(folder, "nftables", entries, true);

    const checked = inNetwork([`nft -c -f ${plain}`, `nft -c -f ${withRules}`]);
    const loaded = inNetwork([`nft -f ${plain}`, `nft -f ${withRules}`, `nft -f ${plain}`]);

    expect(checked).toMatchObject(FINE);
    expect(loaded).toMatchObject(FINE);
  },
);

test.skipIf(!nft.isHere)(
  `nft replaces the list whole, and leaves rules that a person wrote${nft.note}`,
  async () => {
    const folder = temporaryFolder();
    const before = await write(folder, "nftables", SAMPLE);
    const after = await write(folder, "nftables", [bare("45.10.0.2"), bare("2a00::/32")]);
    const own = "chain mine { type filter hook input priority 0; ip saddr @blocked4 drop; };";

    const { stdout, ...ended } = inNetwork([
      `nft -f ${before}`,
      `nft 'table inet vtip { ${own} }'`,
      `nft -f ${after}`,
      "nft list table inet vtip",
    ]);

    expect(ended).toMatchObject(FINE);
    expect(stdout.match(/elements = \{ .* \}/g)).toEqual([
      "elements = { 45.10.0.2 }",
      "elements = { 2a00::/32 }",
    ]);
    expect(stdout).toContain("ip saddr @blocked4 drop");
  },
);

test.skipIf(!nft.isHere)(
  `the rules of nft stand there once, however often they are loaded${nft.note}`,
  async () => {
    const file = await write(temporaryFolder(), "nftables", SAMPLE, true);

    const { stdout } = inNetwork([`nft -f ${file}`, `nft -f ${file}`, "nft list table inet vtip"]);

    expect(stdout.match(/drop$/gm)).toHaveLength(8);
  },
);

const ipset = findKernelProgram("ipset", "ipset create probe hash:net");

test.skipIf(!ipset.isHere).each(LISTS)(
  `ipset takes $what, again and again${ipset.note}`,
  async ({ entries }) => {
    const file = await write(temporaryFolder(), "ipset", entries);

    const { stdout, ...ended } = inNetwork([
      `ipset restore < ${file}`,
      `ipset restore < ${file}`,
      "ipset list -o save",
    ]);

    expect(ended).toMatchObject(FINE);
    const held = stdout.split("\n").filter((line) => line.startsWith("add "));
    // It has its own spelling of an address and of one half of all.
    expect(held).toHaveLength(entries.length);
  },
);

test.skipIf(!ipset.isHere)(
  `ipset replaces the list while a former one was not read to its end${ipset.note}`,
  async () => {
    const folder = temporaryFolder();
    const before = await write(folder, "ipset", SAMPLE);
    const after = await write(folder, "ipset", [bare("45.10.0.2"), bare("2a00::/32")]);

    const { stdout, ...ended } = inNetwork([
      `head -n 9 ${before} | ipset restore`,
      `ipset restore < ${after}`,
      "ipset list -o save",
    ]);

    expect(ended).toMatchObject(FINE);
    expect(stdout.match(/^add .*/gm)).toEqual(["add vtip4 45.10.0.2", "add vtip6 2a00::/32"]);
    expect(stdout).not.toContain("-new");
  },
);

const nginx = findProgram("nginx");

function checkNginx(folder: string, list: string): Ended {
  mkdirSync(join(folder, "logs"), { recursive: true });
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${name};`,
  );
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${paths.join(" ")} include ${list};
      server { listen unix:${folder}/socket; if ($vtip_blocked) { return 403; } } }`,
  );
  return run(["nginx", "-t", "-q", "-p", folder, "-c", file]);
}

test.skipIf(!nginx.isHere).each(LISTS)(`nginx takes $what${nginx.note}`, async ({ entries }) => {
  const folder = temporaryFolder();

  expect(checkNginx(folder, await write(folder, "nginx", entries))).toMatchObject(FINE);
});

const haproxy = findProgram("haproxy");

function checkHaproxy(folder: string, list: string): Ended {
  const file = join(folder, "haproxy.cfg");
  const lines = [
    "defaults",
    "  mode http",
    "  timeout connect 1s",
    "  timeout client 1s",
    "  timeout server 1s",
    "frontend web",
    `  bind unix@${folder}/socket`,
    `  tcp-request connection reject if { src -f ${list} }`,
    "  http-request return status 200",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  return run(["haproxy", "-c", "-q", "-f", file]);
}

test.skipIf(!haproxy.isHere).each(LISTS)(`haproxy takes $what${haproxy.note}`, async ({ entries }) => {
  const folder = temporaryFolder();

  expect(checkHaproxy(folder, await write(folder, "haproxy", entries))).toMatchObject(FINE);
});

test.skipIf(!nginx.isHere || !haproxy.isHere)(
  `nginx and haproxy refuse what is no list${nginx.note || haproxy.note}`,
  () => {
    const folder = temporaryFolder();
    const list = join(folder, "bad");
    writeFileSync(list, "45.10.0.1;\n45.10.0.999 x\n");

    expect(checkNginx(folder, list).status).toBe(1);
    expect(checkHaproxy(folder, list).status).toBe(1);
  },
);

const python = findProgram("python3");
const hasStix = python.isHere && run(["python3", "-c", "import stix2"]).status === 0;

test.skipIf(!hasStix)(
  `python3's stix2 takes the bundle${hasStix ? "" : " (skipped: the module stix2 is not installed)"}`,
  async () => {
    const bundle = await textOf(feedOf("stix2.1"), [...SAMPLE, known("45.12.0.1"), ...hostileEntries()]);
    const check = "import stix2, sys; stix2.parse(sys.stdin.read(), version='2.1', allow_custom=False)";

    expect(run(["python3", "-c", check], bundle)).toMatchObject(FINE);
  },
);
