import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { Indicator } from "../../src/model.ts";
import { errorOf, KEY, standAndClient } from "./virustotal-stand.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/vt-fixtures");
const isHere = existsSync(FOLDER);
if (!isHere) console.warn("skipped: VirusTotal's recorded answers (../shared/vt-fixtures is not there)");

/** What the client makes of a recorded body that comes with this status. */
async function ask(indicator: Indicator, file: string, status: number) {
  const body = readFileSync(join(FOLDER, file));
  const { client } = await standAndClient({ fault: () => ({ status, body }) });
  return await client.ask(indicator, KEY);
}

describe.skipIf(!isHere)("recorded answers of VirusTotal (../shared/vt-fixtures)", () => {
  test.each([
    [
      "ip-8.8.8.8-2026.json",
      "ip",
      "8.8.8.8",
      91,
      0,
      {
        owner: "Google LLC",
        asn: 15_169,
        country: "US",
        network: "8.8.8.0/24",
        reputation: 557,
        tags: ["suspicious-udp"],
        analysedAt: 1_787_149_425_000,
      },
    ],
    [
      "ip-138.128.150.133-malicious-2022.json",
      "ip",
      "138.128.150.133",
      93,
      4,
      { owner: "CLOUD-SOUTH", asn: 13_886, country: "GB", reputation: 1, analysedAt: null },
    ],
    ["ip-142.251.220.110-2022.json", "ip", "142.251.220.110", 93, 0, { analysedAt: null }],
    [
      "domain-haiku-os.org-2025.json",
      "domain",
      "haiku-os.org",
      94,
      0,
      { owner: null, asn: null, country: null, reputation: 0, analysedAt: 1_742_055_614_000 },
    ],
    [
      "domain-gist.github.com-2022.json",
      "domain",
      "gist.github.com",
      94,
      0,
      { owner: null, analysedAt: null },
    ],
    [
      "url-google.com-2026.json",
      "url",
      "http://www.google.com/",
      92,
      0,
      { reputation: 5912, tags: ["external-resources"] },
    ],
    [
      "file-de10ba5e-elf-clean-2023.json",
      "hash",
      "de10ba5e5402b46ea975b5cb8a45eb7df9e81dc81012fd4efd145ed2dce3a740",
      76,
      0,
      { tags: ["elf", "shared-lib"] },
    ],
    ["file-de10ba5e-elf-clean-2023.json", "hash", "82123011556b0e68801bee7bd71bb345", 76, 0, {}],
  ] as const)("%s as the %s %s", async (file, kind, value, total, flagged, facts) => {
    const found = await ask({ kind, value }, file, 200);

    expect(found).toMatchObject(facts);
    expect(Object.values(found?.stats ?? {}).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(found?.flaggedBy).toHaveLength(flagged);
  });

  test("a document that 53 engines flag", async () => {
    const file = "file-001015aa-macro-doc-2020.json";
    const { data } = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));

    const found = await ask({ kind: "hash", value: data.id }, file, 200);

    expect(found?.stats?.["malicious"]).toBe(53);
    expect(found?.flaggedBy).toHaveLength(53);
  });

  test("the record of another address is refused", async () => {
    const error = await errorOf(ask({ kind: "ip", value: "8.8.4.4" }, "ip-8.8.8.8-2026.json", 200));

    expect(error.code).toBe("UnexpectedBody");
  });

  test.each([
    ["error-401-authentication-required.json", 401, "AuthenticationRequiredError", "refuse"],
    ["error-401-wrong-credentials.json", 401, "WrongCredentialsError", "refuse"],
    ["error-429-quota-exceeded.json", 429, "QuotaExceededError", "park"],
    // Neither a descriptor nor an analysis is a record.
    ["post-analyse-url-2019.json", 200, "UnexpectedBody", "retry"],
    ["analysis-url-completed-2019.json", 200, "UnexpectedBody", "retry"],
  ])("%s with %i", async (file, status, code, remedy) => {
    const error = await errorOf(ask({ kind: "url", value: "http://www.google.com/" }, file, status));

    expect(error).toMatchObject({ status, code, remedy });
  });

  test("error-404-file-not-found-2026.json is an answer: no record", async () => {
    const hash = "0123456789abcdef0123456789abcdef";

    expect(await ask({ kind: "hash", value: hash }, "error-404-file-not-found-2026.json", 404)).toBeNull();
  });
});
