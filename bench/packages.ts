import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const ROOT = join(import.meta.dirname, "..");
const CONSOLE = "adapters/http/console";

/** A package that a person who runs vtip has, or that is part of the console's pages. */
export interface Package {
  readonly name: string;
  /** An SPDX expression, or what the package says in its place; empty where it says nothing. */
  readonly licence: string;
  /** `direct`: named in package.json; `console`: built into the pages; `other`: what these need. */
  readonly role: "direct" | "console" | "other";
}

/** Licences under which code may be used in, and handed on with, a program under Apache-2.0. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
  "WTFPL",
  "Zlib",
]);

/** What some packages write in place of SPDX's name, after a look at their text. */
const SPELLINGS: Readonly<Record<string, string>> = { "MIT/X11": "MIT" };
/** Packages that say nothing of a licence, and why they are there all the same. */
const UNSTATED: Readonly<Record<string, string>> = {
  buffers: "comes with what exceljs reads workbooks with, which vtip never loads",
};

const Lock = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
});
const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** All packages that the lock file has for running, and those built into the console, by name, each once. */
export function readPackages(): readonly Package[] {
  const { packages } = Lock.parse(readJson("package-lock.json"));
  const direct = new Set(Object.keys(Manifest.parse(readJson("package.json")).dependencies));
  const built = importedByConsole();
  const found = Object.entries(packages).flatMap(([path, { license, dev }]): Package[] => {
    const name = path.split("node_modules/").at(-1) ?? "";
    const isBuilt = built.has(name);
    if (name === "" || (dev === true && !isBuilt)) return [];
    const role = direct.has(name) ? "direct" : isBuilt ? "console" : "other";
    const licence = license ?? "";
    return [{ name, licence: SPELLINGS[licence] ?? licence, role }];
  });
  const distinct = new Map(found.map((one) => [`${one.name} ${one.licence}`, one]));
  return [...distinct.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Whether it may be used: by its licence, or as one of those that are known to state none. */
export function mayBeUsed({ name, licence }: Package): boolean {
  return licence === "" ? UNSTATED[name] !== undefined : isAllowed(licence);
}

/** Whether an SPDX expression can be met with allowed licences alone: any side of OR, both sides of AND. */
export function isAllowed(licence: string): boolean {
  return licence
    .replace(/^\((.*)\)$/u, "$1")
    .split(" OR ")
    .some((side) => side.split(" AND ").every((one) => ALLOWED.has(one)));
}

/** The page about them. */
export function toPage(packages: readonly Package[]): string {
  const table = (role: Package["role"]) =>
    packages.filter((one) => one.role === role).map(({ name, licence }) => `| ${name} | ${licence} |`);
  const licences = [...new Set(packages.map(({ licence }) => licence))].toSorted();
  const others = licences.flatMap((licence) => {
    const names = packages.filter((one) => one.role === "other" && one.licence === licence);
    const shown = names.map(({ name }) => (licence === "" ? `${name} (${UNSTATED[name] ?? ""})` : name));
    return names.length === 0
      ? []
      : [`- **${licence === "" ? "none stated" : licence}** (${names.length}): ${shown.join(", ")}`];
  });
  const head = ["| package | licence |", "| --- | --- |"];
  return `${[
    "# Licences of what vtip is made with",
    "",
    "Written by `npm run licences` from `package-lock.json`; a test fails when this page is not what it would write, or a licence is not one of those allowed in `bench/packages.ts`. vtip itself is under Apache-2.0.",
    "Versions are those of `package-lock.json`; `npm run sbom` writes all of it as CycloneDX to `dist/sbom.cdx.json`. Tools for development are left out: they are not installed with `npm ci --omit=dev`.",
    "",
    "## Used directly",
    "",
    ...head,
    ...table("direct"),
    "",
    "## Built into the pages of the console",
    "",
    ...head,
    ...table("console"),
    "",
    "## Needed by these",
    "",
    ...others,
  ].join("\n")}\n`;
}

/** The packages that its sources import. */
function importedByConsole(): ReadonlySet<string> {
  const files = readdirSync(join(ROOT, CONSOLE), { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.(?:tsx?|css)$/u.test(name) && !name.endsWith(".config.ts"),
  );
  const names = files
    .map((name) => readFileSync(join(ROOT, CONSOLE, name), "utf8"))
    .flatMap((text) => [...text.matchAll(/(?:from|import) "((?:@[\w.-]+\/)?[\w-][\w.-]*)[^"]*"/gu)])
    .map(([, name = ""]) => name);
  return new Set(names);
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, name), "utf8")) as unknown;
}
