import { expect, test } from "vitest";

import { filesUnder, flagged, KEY_1, KEY_2, openBench, parseLines } from "./program.ts";

/** None of it may leave the machine. */
const INSIDE = [
  "10.1.2.3",
  "172.16.0.9",
  "192.168.1.1",
  "127.0.0.1",
  "169.254.1.1",
  "100.64.0.1",
  "192.0.2.7",
  "198.51.100.1",
  "203.0.113.9",
  "224.0.0.5",
  "255.255.255.255",
  "0.0.0.0",
  "::1",
  "fe80::1",
  "fd00::17",
  "2001:db8::1",
  "::ffff:10.0.0.1",
  "http://localhost:8080/admin",
  "http://intranet/wiki",
  "http://10.9.8.7/secret",
  "http://[::1]/secret",
  "printer.local",
  "db.prod.internal",
  "dc01.example.corp",
  "nas.lan",
  "router.home.arpa",
  "http://jenkins.corp/job",
  "bob@mail.corp",
];
const OUTSIDE = "hxxps://alice:hunter2@evil[.]example-shop[.]com/x?y=z mail to carol.secret@phish-desk.net";

test.concurrent("what is private or internal, logins in URLs and the names before an @ never reach VirusTotal", async (context) => {
  const bench = await openBench(context, { env: { URL_LOOKUP: "both" } });

  const { status, stdout } = await bench.run(["scan", "--json"], { input: [...INSIDE, OUTSIDE].join("\n") });

  expect(status).toBe(0);
  const { lines, summary } = parseLines(stdout);
  const asked = bench.asked();
  expect(asked.toSorted()).toEqual([
    "evil.example-shop.com",
    "https://evil.example-shop.com/x?y=z",
    "phish-desk.net",
  ]);
  const sent = bench.standin.requests.map(({ path }) => `${path} ${decodedIdOf(path)}`).join("\n");
  for (const secret of ["alice", "hunter2", "carol"]) expect(sent).not.toContain(secret);
  expect(summary["requests"]).toBe(3);
  // Each of them is there all the same, with the reason why it was not asked.
  for (const piece of INSIDE) {
    const own = lines.filter(
      (line) => piece.includes(String(line["input"])) || String(line["input"]).includes(piece),
    );
    expect(own.length, piece).toBeGreaterThan(0);
    for (const line of own)
      expect(line).toMatchObject({ status: "skipped", reason: expect.any(String), link: null });
  }
});

test.concurrent("a key is in no output and in no file, whatever goes wrong", async (context) => {
  const bench = await openBench(context, {
    objects: { "45.10.0.1": flagged(5, 0, { as_owner: `Owner ${KEY_1}` }) },
    keys: { [KEY_1]: {}, [KEY_2]: { state: "forbidden" } },
    fault: ({ value }) => {
      if (value === "45.10.0.3") return { status: 400, message: `no such key: ${KEY_1}` };
      return value === "45.10.0.4"
        ? { status: 401, message: `Wrong API key ${KEY_2}`, headers: { "x-apikey": KEY_1 } }
        : undefined;
    },
    env: { LOG_LEVEL: "trace" },
  });
  bench.write("list.txt", "45.10.0.2\n45.10.0.3\n45.10.0.4\n");

  const ended = [
    await bench.run(["-i", "list.txt", "--json"]),
    await bench.run(["quota"]),
    await bench.run(["-i", "list.txt"], { env: { VT_APIKEY1: `${KEY_1}\u00e9` } }),
  ];

  const files = filesUnder(bench.folder);
  expect(files.map(({ name }) => name.split("/").at(-1))).toEqual(
    expect.arrayContaining(["app.log", "vtip.sqlite", "cache.sqlite", "output_vt_scan.xlsx"]),
  );
  for (const key of [KEY_1, KEY_2]) {
    for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toContain(key);
    for (const { name, bytes } of files) expect(bytes.includes(key), name).toBe(false);
  }
});

/** What stands in the id of a URL. */
function decodedIdOf(path: string): string {
  return Buffer.from(path.split("/").at(-1) ?? "", "base64url").toString("utf8");
}
