import { expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { UserError } from "../src/errors.ts";
import { warningsOf } from "../src/warnings.ts";

function problemOf(env: Record<string, string>): UserError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("the configuration was accepted");
}

test("without any variable the public key's limits and VirusTotal's own address hold", () => {
  const config = readConfig({ VT_APIKEY1: "abc" });

  expect(config.keys).toEqual([
    { name: "VT_APIKEY1", secret: "abc", perMinute: 4, perDay: 500, perMonth: 15_500 },
  ]);
  expect(config).toMatchObject({
    vtUrl: "https://www.virustotal.com/api/v3",
    windowMs: 60_000,
    interactiveReserve: 1,
  });
  expect(config.rule).toEqual({ unsafeAbove: 3, countAsDetection: ["malicious", "suspicious"] });
});

test("keys are taken in the order of their numbers, gaps allowed, with their own limits", () => {
  const config = readConfig({
    VT_APIKEY10: "ten",
    VT_APIKEY2: "two",
    VT_KEY10_PER_MINUTE: "1000",
    VT_KEY10_PER_DAY: "0",
  });

  expect(config.keys.map(({ name, perMinute, perDay }) => [name, perMinute, perDay])).toEqual([
    ["VT_APIKEY2", 4, 500],
    ["VT_APIKEY10", 1000, 0],
  ]);
});

test.each(["VT_API_KEY", "API_KEY"])("%s alone is the first key", (name) => {
  expect(readConfig({ [name]: " abc " }).keys).toMatchObject([{ name, secret: "abc" }]);
});

test("a numbered key goes before the old names", () => {
  expect(readConfig({ API_KEY: "old", VT_APIKEY1: "new" }).keys.map((key) => key.secret)).toEqual(["new"]);
});

test("a key that is given twice is used once, and said", () => {
  const config = readConfig({ VT_APIKEY1: "same", VT_APIKEY2: "same" });

  expect(config.keys).toHaveLength(1);
  expect(warningsOf(config)).toEqual(["VT_APIKEY2 is the same key as VT_APIKEY1 and is not used."]);
});

test("several keys are met with VirusTotal's terms, one is not", () => {
  expect(warningsOf(readConfig({ VT_APIKEY1: "a" }))).toEqual([]);
  expect(warningsOf(readConfig({ VT_APIKEY1: "a", VT_APIKEY2: "b" })).join()).toMatch(/terms forbid/);
});

test("every wrong variable is named at once", () => {
  const problem = problemOf({
    UNSAFE_ABOVE: "many",
    URL_LOOKUP: "path",
    VT_WINDOW_SECONDS: "0",
    INTERACTIVE_RESERVE: "1.5",
  });

  expect(problem.exitStatus).toBe(3);
  for (const name of ["UNSAFE_ABOVE", "URL_LOOKUP", "VT_WINDOW_SECONDS", "INTERACTIVE_RESERVE"]) {
    expect(problem.message).toContain(name);
  }
});

test.each([
  ["http://virustotal.example/api/v3", false],
  ["http://127.0.0.1.evil.example/api", false],
  ["http://user:pass@127.0.0.1/api", false],
  ["ftp://127.0.0.1/api", false],
  ["nonsense", false],
  ["http://127.0.0.1:8080/api/v3/", true],
  ["http://[::1]:8080/api", true],
  ["http://localhost/api", true],
  ["https://proxy.example/vt", true],
])("keys are sent to %s: %s", (url, isAccepted) => {
  if (isAccepted) expect(readConfig({ VT_API_URL: url }).vtUrl).toBe(url.replace(/\/$/, ""));
  else expect(problemOf({ VT_API_URL: url }).message).toContain("VT_API_URL");
});

test("a key's value never stands in a message", () => {
  expect(problemOf({ VT_APIKEY1: "secret key with spaces" }).message).not.toContain("secret");
});

test("an empty variable counts as not set", () => {
  expect(readConfig({ UNSAFE_ABOVE: "", VT_APIKEY1: " " })).toMatchObject({
    keys: [],
    rule: { unsafeAbove: 3 },
  });
});

test("own networks are addresses and networks, as they were written", () => {
  const { ownNetworks } = readConfig({ OWN_NETWORKS: " 198.51.100.0/24, 203.0.113.7,2001:db8::/32 ," });

  expect(ownNetworks).toEqual(["198.51.100.0/24", "203.0.113.7", "2001:db8::/32"]);
});

test.each(["example.com", "198.51.100.0/33", "AS64500", "0.0.0.0/0", "::/0", "198.51.100"])(
  "an own network cannot be %s, and is named",
  (network) => {
    const problem = problemOf({ OWN_NETWORKS: `198.51.100.0/24,${network}` });

    expect(problem.exitStatus).toBe(3);
    expect(problem.message).toContain(`OWN_NETWORKS has "${network}"`);
  },
);

test("warning lists are fetched over https, and only where a folder is named are there any", () => {
  expect(readConfig({})).toMatchObject({ warningListsDir: null });
  expect(readConfig({ WARNING_LISTS_DIR: "lists" })).toMatchObject({ warningListsDir: "lists" });
  expect(problemOf({ WARNING_LISTS_URL: "http://lists.example" }).message).toContain("WARNING_LISTS_URL");
});

test("others are told of the blacklist only where settings say so", () => {
  expect(readConfig({})).toMatchObject({
    blockWebhookUrl: null,
    blockWebhookSecret: null,
    blockCommand: null,
  });
  const set = {
    BLOCK_WEBHOOK_URL: "https://hooks.example/vtip?token=1",
    BLOCK_WEBHOOK_SECRET: "s",
    BLOCK_COMMAND: `sudo -n "/opt/my tools/load" -f`,
  };
  expect(readConfig(set)).toMatchObject({
    blockWebhookUrl: "https://hooks.example/vtip?token=1",
    blockWebhookSecret: "s",
    blockCommand: ["sudo", "-n", "/opt/my tools/load", "-f"],
  });
  expect(readConfig({ BLOCK_WEBHOOK_URL: "http://127.0.0.1:8080/hook" }).blockWebhookUrl).not.toBeNull();
});

test.each([
  ["BLOCK_WEBHOOK_URL", "http://hooks.example/vtip", "BLOCK_WEBHOOK_URL must be an https address"],
  ["BLOCK_WEBHOOK_URL", "https://ann:secret@hooks.example", "BLOCK_WEBHOOK_URL must be an https address"],
  ["BLOCK_WEBHOOK_URL", "hooks.example", "BLOCK_WEBHOOK_URL must be an https address"],
  ["BLOCK_COMMAND", `load "it`, "BLOCK_COMMAND has a quote that is not closed"],
  ["BLOCK_COMMAND", `"" x`, "BLOCK_COMMAND names no program"],
])("%s=%s stops the start", (name, value, sentence) => {
  const problem = problemOf({ [name]: value });

  expect(problem.exitStatus).toBe(3);
  expect(problem.message).toContain(sentence);
  expect(problem.message).not.toContain("secret");
});
