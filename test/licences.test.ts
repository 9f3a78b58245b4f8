import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { isAllowed, mayBeUsed, readPackages, toPage } from "../bench/packages.ts";

const packages = readPackages();

describe("what vtip is made with", () => {
  test("is under licences that are allowed", () => {
    const others = packages.filter((one) => !mayBeUsed(one));

    expect(others).toEqual([]);
    expect(packages.filter(({ role }) => role === "direct").length).toBeGreaterThan(20);
    expect(packages.filter(({ role }) => role === "console").length).toBeGreaterThan(1);
  });

  test("is what docs/licences.md says (else: npm run licences)", () => {
    const page = readFileSync(join(import.meta.dirname, "../docs/licences.md"), "utf8");

    expect(toPage(packages)).toBe(page);
  });

  test("names in the lock file no server that it comes from", () => {
    const lock = readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8");

    expect(lock).not.toMatch(/"resolved": "https?:/u);
    expect(lock.match(/"integrity": "sha512-/gu)?.length ?? 0).toBeGreaterThan(500);
  });
});

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8")) as unknown;
}

test("only packages that package.json names run scripts when they are installed", () => {
  const { packages } = read("package-lock.json") as {
    readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  };
  const { allowScripts } = read("package.json") as {
    readonly allowScripts: Readonly<Record<string, boolean>>;
  };

  const running = Object.entries(packages)
    .filter(([path, { hasInstallScript }]) => path !== "" && hasInstallScript === true)
    .map(([path]) => path.split("node_modules/").at(-1));

  expect(new Set(running)).toEqual(new Set(Object.keys(allowScripts)));
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0-or-later)", true],
  ["(MIT AND Zlib)", true],
  ["GPL-3.0-only", false],
  ["(MIT AND GPL-3.0-only)", false],
  ["SEE LICENSE IN LICENSE.md", false],
  ["", false],
])("a licence %j is allowed: %j", (licence, expected) => {
  expect(isAllowed(licence)).toBe(expected);
});
