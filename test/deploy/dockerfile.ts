import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the repository begins. */
export const ROOT = join(import.meta.dirname, "../..");

/** One line of a Dockerfile, continuations joined: `COPY`, and what stands behind it. */
interface Step {
  readonly name: string;
  readonly words: string;
}

/** A part of a Dockerfile that begins with `FROM`. */
export interface Stage {
  readonly from: string;
  readonly steps: readonly Step[];
}

/** The stages of the repository's Dockerfile, in order. */
export function readStages(): readonly Stage[] {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const lines = text
    .replaceAll(/^#.*\n/gmu, "")
    .replaceAll(/\s*\\\n\s*/gu, " ")
    .split("\n")
    .filter((line) => line !== "");
  const stages: { from: string; steps: Step[] }[] = [];
  for (const line of lines) {
    const [, name = "", words = ""] = /^([A-Z]+) (.*)$/u.exec(line) ?? [];
    if (name === "FROM") stages.push({ from: words, steps: [] });
    else stages.at(-1)?.steps.push({ name, words });
  }
  return stages;
}

/** What stands behind each step of that name. */
export function wordsOf(stage: Stage | undefined, name: string): readonly string[] {
  return (stage?.steps ?? []).filter((step) => step.name === name).map(({ words }) => words);
}

/** The settings that the image comes with. */
export function settingsOf(stage: Stage | undefined): Readonly<Record<string, string>> {
  const pairs = wordsOf(stage, "ENV").flatMap((words) => words.split(" "));
  return Object.fromEntries(pairs.map((pair) => pair.split("=")));
}

/** What a stage copies out of the checkout. */
export function sourcesOf(stage: Stage | undefined): readonly string[] {
  return wordsOf(stage, "COPY")
    .filter((words) => !words.includes("--from="))
    .flatMap((words) => words.split(" ").slice(0, -1));
}

/** What is handed to the build: every line but the first lets something in. */
export function letIn(): readonly string[] {
  const lines = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  return lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
}
