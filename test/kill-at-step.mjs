// Loaded before the program (`node --import`): ends it with SIGKILL at each step that it reaches for the first time.
// STEPS_FILE has the steps at which it was ended before, a line each; those that SPARED matches are only noted there.
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const file = process.env["STEPS_FILE"] ?? "";
const spared = new RegExp(process.env["SPARED"] ?? "^$");
const seen = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);

globalThis[Symbol.for("vtip.step")] = (name) => {
  const line = spared.test(name) ? `(${name})` : name;
  if (seen.has(line)) return;
  seen.add(line);
  appendFileSync(file, `${line}\n`);
  if (line === name) process.kill(process.pid, "SIGKILL");
};
