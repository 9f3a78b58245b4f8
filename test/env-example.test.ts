import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { createCommandLineTools } from "../src/command-line-tools.ts";
import { readConfig } from "../src/config.ts";
import type { Env } from "../src/env.ts";

const ROOT = join(import.meta.dirname, "..");

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly lineAbove: string;
}

const lines = readFileSync(join(ROOT, ".env.example"), "utf8").split("\n");
const entries = lines.flatMap((line, at): Entry[] => {
  const [, name, value] = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [{ name, value: value ?? "", lineAbove: lines[at - 1] ?? "" }];
});

describe("the settings in .env.example", () => {
  it("name every variable that the program reads, and none that it does not read", () => {
    const read = new Set([...namesThatConfigReads(), ...namesInSources()].map(toPattern));

    const shown = new Set(entries.map(({ name }) => toPattern(name)));

    expect([...shown].sort()).toEqual([...read].sort());
  });

  it("stand each once, switched off, with a comment above", () => {
    const names = entries.map(({ name }) => name);
    const active = lines.filter((line) => line !== "" && !line.startsWith("#"));
    const uncommented = entries.filter(({ lineAbove }) => !/^# \S/.test(lineAbove));

    expect(names).toEqual([...new Set(names)]);
    expect(active).toEqual([]);
    expect(uncommented).toEqual([]);
  });

  it("are shown with their defaults", () => {
    const shown = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    const keys = { VT_APIKEY1: "one", VT_APIKEY2: "two" };

    expect(readConfig({ ...shown, ...keys })).toEqual(readConfig(keys));
  });

  it("hold no key", () => {
    const keys = entries.filter(({ name }) => /KEY\d*$/.test(name));

    expect(keys.map(({ value }) => value)).toEqual(keys.map(() => ""));
    expect(keys).not.toEqual([]);
  });
});

/** What is looked at in the environment while the settings are read, with numbered keys and without. */
function namesThatConfigReads(): ReadonlySet<string> {
  const read = new Set<string>();
  for (const given of [{}, { VT_APIKEY1: "one" }]) {
    const env = new Proxy<Env>(given, {
      get(target, name) {
        read.add(String(name));
        return Reflect.get(target, name) as string | undefined;
      },
    });
    createCommandLineTools(() => env);
    readConfig(env);
  }
  return read;
}

/** What other parts read by name, as an adapter does: `env["NAME"]`, `process.env.NAME`, a field of a zod schema, or by what it begins with. */
function namesInSources(): readonly string[] {
  const name =
    /\benv(?:\[["']|\.)([A-Z][A-Z0-9_]*)|^\s+([A-Z][A-Z0-9_]+): (?:z$|z\.|decimal\(|wholeNumber\(|words\(|apiUrl\(|token\()/gm;
  const family = /\/\^([A-Z_]+_)\(\\w\+\)\$\/u/g;
  return ["src", "adapters"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(ROOT, folder, file), "utf8"))
      .flatMap((text) => [...text.matchAll(name), ...text.matchAll(family)])
      .map(([, looked, parsed]) => looked ?? parsed ?? ""),
  );
}

/** What is a person's choice: `VT_APIKEY2` is `VT_APIKEY<n>`, `HTTP_TOKEN_ANNA` is `HTTP_TOKEN_<name>`. */
function toPattern(name: string): string {
  return name.replace(/^(VT_(?:API)?KEY)\d+/, "$1<n>").replace(/^(HTTP_TOKEN_).*/, "$1<name>");
}
