import { readFileSync } from "node:fs";

/** The version that package.json names; the built files lie one folder deeper than the sources. */
export function readVersion(): string {
  const file = new URL(
    import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json",
    import.meta.url,
  );
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
