import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { openBench } from "./program.ts";

const EDGES = JSON.stringify({ name: "Example edges", type: "cidr", list: ["45.10.0.0/24"] });

/** Has one list alone. */
async function openRepository(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/lists/fastly/list.json") response.end(EDGES);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("warninglists update fetches what there is, says what is missing, and why tells the list", async (context) => {
  const env = { WARNING_LISTS_URL: await openRepository(), WARNING_LISTS_DIR: "lists", LOG_LEVEL: "info" };
  const bench = await openBench(context, { env });

  const { status, stdout, stderr } = await bench.run(["warninglists", "update"]);

  expect(status).toBe(2);
  expect(stdout).toMatch(/^fastly: new: Example edges, 1 entry$/m);
  expect(stdout).toMatch(/^akamai: there is no such list \(404\); none is here$/m);
  expect(stderr).toMatch(/lists in lists: 1 new, 0 changed, 0 as before, \d+ not fetched/);
  const why = await bench.run(["why", "45.10.0.7"]);
  expect(why.stdout).toContain("never proposed: shared infrastructure (Example edges)");
  expect((await bench.run(["why", "45.10.1.7"])).stdout).not.toContain("never proposed");
});

test("warninglists update without a folder says which setting is missing", async (context) => {
  const bench = await openBench(context);

  const { status, stdout, stderr } = await bench.run(["warninglists", "update"]);

  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("WARNING_LISTS_DIR");
});

test("a warning list that cannot be read is named at start, and nothing else is lost", async (context) => {
  const bench = await openBench(context, {
    env: { WARNING_LISTS_DIR: "lists", OWN_NETWORKS: "45.20.0.0/16" },
  });
  mkdirSync(bench.path("lists"));
  bench.write("lists/broken.json", "{");
  bench.write("lists/edges.json", EDGES);

  const { status, stdout, stderr } = await bench.run(["why", "45.10.0.7"]);

  expect(status).toBe(0);
  expect(stderr).toMatch(/lists\/broken\.json is not read as a warning list/);
  expect(stdout).toContain("shared infrastructure (Example edges)");
  const own = await bench.run(["why", "45.20.1.1"]);
  expect(own.stdout).toContain("never proposed: own network (45.20.0.0/16 of OWN_NETWORKS)");
});
