import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { createListings, type Listings } from "../../src/lists/listings.ts";
import { NO_FACTS } from "../../src/model.ts";

const IP = { kind: "ip", value: "1.2.3.4" } as const;
const NONE = { list: "none", entry: null };

let folder = "";
let whitelistFile = "";
let blacklistFile = "";
let listings: Listings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vtip-listings-"));
  whitelistFile = join(folder, "whitelist.txt");
  blacklistFile = join(folder, "blacklist.txt");
  listings = createListings({ whitelistFile, blacklistFile });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("listings", () => {
  test("of missing files are none", () => {
    expect(listings.listingOf(IP, null)).toEqual(NONE);
    expect(listings.problems()).toEqual([]);
  });

  test("of the files that come with vtip are none, without a problem", () => {
    const root = new URL("../../", import.meta.url);
    const ours = createListings({
      whitelistFile: fileURLToPath(new URL("whitelist.txt", root)),
      blacklistFile: fileURLToPath(new URL("blacklist.txt", root)),
    });

    expect(ours.listingOf({ kind: "ip", value: "198.51.100.7" }, null)).toEqual(NONE);
    expect(ours.listingOf({ kind: "ip", value: "192.0.2.7" }, null)).toEqual(NONE);
    expect(ours.problems()).toEqual([]);
  });

  test("say the list and the entry as written; whitelisted wins", async () => {
    await writeFile(blacklistFile, "1.2.3.4 # bad\n5.6.7.8\n");
    await writeFile(whitelistFile, "1.2.0.0/16\n");

    expect(listings.listingOf(IP, null)).toEqual({ list: "whitelisted", entry: "1.2.0.0/16" });
    expect(listings.listingOf({ kind: "ip", value: "5.6.7.8" }, null)).toEqual({
      list: "blacklisted",
      entry: "5.6.7.8",
    });
  });

  test("follow the files at every change: written, changed in place at the same size, replaced, removed", async () => {
    expect(listings.listingOf(IP, null)).toEqual(NONE);

    await writeFile(blacklistFile, "1.2.3.4\n");
    expect(listings.listingOf(IP, null).list).toBe("blacklisted");

    await writeFile(blacklistFile, "1.2.3.5\n");
    expect(listings.listingOf(IP, null)).toEqual(NONE);

    await writeFile(join(folder, "new"), "1.2.3.4\n");
    await rename(join(folder, "new"), blacklistFile);
    expect(listings.listingOf(IP, null).list).toBe("blacklisted");

    await rm(blacklistFile);
    expect(listings.listingOf(IP, null)).toEqual(NONE);
  });

  test("are asked thousands of times without the files being read again", async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `9.9.${at >> 8}.${at & 255}`);
    await writeFile(blacklistFile, lines.join("\n"));
    await utimes(blacklistFile, new Date(0), new Date(0));
    listings.listingOf(IP, null);
    const startedAt = performance.now();

    for (let time = 0; time < 10_000; time += 1) listings.listingOf(IP, null);

    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  test("name the lines that mean nothing, with their file", async () => {
    await writeFile(whitelistFile, "1.2.3.256\n");
    await writeFile(blacklistFile, "# x\nevil\n");

    expect(listings.problems()).toEqual([
      `${whitelistFile} line 1: "1.2.3.256" is no address`,
      `${blacklistFile} line 2: "evil" is no address`,
    ]);
  });

  test.each(["a folder", "a link to nothing", "text in UTF-16"])(
    "of a whitelist that is %s are an error, never empty",
    async (what) => {
      await writeFile(blacklistFile, "1.2.3.4\n");
      if (what === "a folder") await mkdir(whitelistFile);
      if (what === "a link to nothing") await symlink(join(folder, "gone"), whitelistFile);
      if (what === "text in UTF-16") await writeFile(whitelistFile, "\uFEFF1.2.3.4\n", "utf16le");

      expect(() => listings.listingOf(IP, null)).toThrow(UserError);
      expect(() => listings.listingOf(IP, null)).toThrow(/whitelist\.txt/u);
    },
  );

  test("read owners' names in Latin-1, too", async () => {
    await writeFile(whitelistFile, "Telefónica\n", "latin1");
    const facts = { ...NO_FACTS, owner: "Telefónica" };

    expect(listings.listingOf(IP, facts)).toEqual({ list: "whitelisted", entry: "Telefónica" });
  });
});
