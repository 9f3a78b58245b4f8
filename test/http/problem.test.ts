import { mkdirSync, rmSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { withoutFolders } from "../../adapters/http/problem.ts";
import { openHttp } from "./stage.ts";

describe("a sentence for who asks from elsewhere", () => {
  test.each([
    [
      "/srv/vtip/lists/blacklist.txt cannot be replaced (EACCES).",
      "blacklist.txt cannot be replaced (EACCES).",
    ],
    ["It is no file (/srv/vtip/a.txt).", "It is no file (a.txt)."],
    ["EACCES: permission denied, open '/srv/x/b.txt'", "EACCES: permission denied, open 'b.txt'"],
    ["C:\\vtip\\lists\\blacklist.txt is gone.", "blacklist.txt is gone."],
    ["See https://docs.example.com/a/b for 1.2.3.0/24 and/or 2a00::/32.", null],
    ["blacklist.txt is no file.", null],
  ])("names a file without where it is: %s", (sentence, expected) => {
    expect(withoutFolders(sentence)).toBe(expected ?? sentence);
  });

  test("says what is wrong with a list that cannot be read, and not where it is", async () => {
    const stage = await openHttp();
    const site = await stage.start();
    rmSync(stage.path("blacklist.txt"), { force: true });
    mkdirSync(stage.path("blacklist.txt"));

    const answers = [
      await site.send("DELETE", "/api/blocks/45.10.0.1"),
      await site.get("/api/blocks/45.10.0.1"),
      await site.get("/feeds/nftables"),
    ];
    rmSync(stage.path("blacklist.txt"), { recursive: true });

    for (const answer of answers) {
      expect([answer.status, answer.error()]).toEqual([422, expect.stringMatching(/blacklist\.txt/)]);
      expect(answer.text).not.toContain(stage.folder);
    }
  });
});
