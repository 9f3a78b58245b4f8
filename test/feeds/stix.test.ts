import { describe, expect, test } from "vitest";

import type { FeedEntry } from "../../src/feeds/feed.ts";
import { toUuid5 } from "../../src/feeds/uuid.ts";
import { bare, feedOf, hostileEntries, known, SAMPLE, textOf } from "./entries.ts";

const UUID5 = "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Bundle {
  readonly type: string;
  readonly id: string;
  readonly objects?: readonly Readonly<Record<string, unknown>>[];
}

async function bundleOf(entries: readonly FeedEntry[]): Promise<Bundle> {
  return JSON.parse(await textOf(feedOf("stix2.1"), entries)) as Bundle;
}

describe("a bundle", () => {
  test("has what the standard requires of each object, and nothing that it does not know", async () => {
    const { type, id, objects = [] } = await bundleOf([...SAMPLE, ...hostileEntries()]);

    expect(type).toBe("bundle");
    expect(id).toMatch(new RegExp(`^bundle--${UUID5}$`));
    for (const object of objects) {
      expect(object).toMatchObject({ type: "indicator", spec_version: "2.1", pattern_type: "stix" });
      expect(object["id"]).toMatch(new RegExp(`^indicator--${UUID5}$`));
      for (const time of ["created", "modified", "valid_from"]) expect(object[time]).toMatch(TIME);
      expect(object["pattern"]).toMatch(/^\[ipv[46]-addr:value (?:=|ISSUBSET) '[\da-f.:/]+'\]$/);
      if ("valid_until" in object)
        expect(String(object["valid_until"]) > String(object["valid_from"])).toBe(true);
      const allowed = [
        "type",
        "spec_version",
        "id",
        "created",
        "modified",
        "name",
        "description",
        "indicator_types",
      ];
      const own = ["pattern", "pattern_type", "valid_from", "valid_until"];
      expect(Object.keys(object).filter((key) => ![...allowed, ...own].includes(key))).toEqual([]);
    }
    expect(new Set(objects.map((object) => object["id"])).size).toBe(objects.length);
  });

  test("tells addresses from networks, and IPv4 from IPv6", async () => {
    const { objects = [] } = await bundleOf(SAMPLE);

    expect(objects.map((object) => object["pattern"])).toEqual([
      "[ipv4-addr:value = '45.10.0.1']",
      "[ipv4-addr:value = '45.10.0.9']",
      "[ipv4-addr:value ISSUBSET '45.11.0.0/16']",
      "[ipv4-addr:value = '198.51.100.7']",
      "[ipv6-addr:value = '2a00:1450::5']",
      "[ipv6-addr:value ISSUBSET '2a00:1450:4001::/48']",
    ]);
  });

  test("of nothing has no list of objects: an empty one is not allowed", async () => {
    expect(await bundleOf([])).toEqual({ type: "bundle", id: expect.stringMatching(/^bundle--/) });
  });

  test("keeps the ids of what stays the same, and gives another one to what changes", async () => {
    const before = await bundleOf([known("45.10.0.1"), bare("45.10.0.9")]);
    const after = await bundleOf([known("45.10.0.1", { until: null }), bare("45.10.0.9")]);

    expect(after.objects?.[1]).toEqual(before.objects?.[1]);
    expect(after.objects?.[0]?.["id"]).not.toBe(before.objects?.[0]?.["id"]);
    expect(after.id).not.toBe(before.id);
    expect(await bundleOf([known("45.10.0.1"), bare("45.10.0.9")])).toEqual(before);
  });
});

test("a name-based UUID is that of the examples of RFC 9562", () => {
  expect(toUuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
});
