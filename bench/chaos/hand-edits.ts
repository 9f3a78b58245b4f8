import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

import type { Chance } from "./chance.ts";

/** What somebody does to blacklist.txt with an editor. */
export interface Editor {
  /** Writes a line, or takes one out that was written before. False where the disk is full. */
  edit(): boolean;
  /** What is to stand in the list since. */
  kept(): ReadonlySet<string>;
}

export function createEditor(file: string, chance: Chance): Editor {
  const kept = new Set<string>();
  let next = 0;

  function add(): void {
    next += 1;
    const ip = `46.20.${Math.floor(next / 250)}.${(next % 250) + 1}`;
    appendFileSync(file, chance.happens(0.3) ? `${ip} # seen twice\n` : `${ip}\n`);
    kept.add(ip);
  }

  /** As `sed -i` does; done again where the program has saved it meanwhile, as an editor asks its person to. */
  function remove(ip: string): void {
    for (;;) {
      const before = statSync(file);
      const lines = readFileSync(file, "utf8").split("\n");
      const copy = `${file}.edited`;
      writeFileSync(copy, lines.filter((line) => !line.startsWith(ip)).join("\n"));
      const after = statSync(file);
      if (after.ino !== before.ino || after.mtimeMs !== before.mtimeMs) continue;
      renameSync(copy, file);
      kept.delete(ip);
      return;
    }
  }

  return {
    kept: () => kept,
    edit() {
      const [ip] = chance.some([...kept], 1);
      try {
        if (ip !== undefined && chance.happens(0.4)) remove(ip);
        else add();
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
        throw error;
      }
    },
  };
}
