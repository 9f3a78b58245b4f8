import { readFileSync } from "node:fs";

/** The version that package.json names; it lies one folder above the sources, and above the built files too. */
export function readVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
