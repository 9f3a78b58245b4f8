import { describe, expect, test, vi } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { openTogether, share } from "../scenarios/stage.ts";
import type { ScanBody } from "./stage.ts";

describe("a scan of chat, asked for over HTTP", () => {
  const shared = share(async (atEnd) => {
    const both = await openTogether({ objects: allAs(addresses(3), flagged(0)) }, atEnd);
    const { notices } = await both.slack.start({ HTTP_PORT: "0" });
    return { ...both, url: /http:\/\/\S+:\d+/u.exec(notices.join("\n"))?.[0] ?? "" };
  });

  async function ask<T>(path: string, body?: unknown): Promise<T> {
    const headers = { "content-type": "application/json" };
    const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
    return (await (await fetch(shared().url + path, init)).json()) as T;
  }

  test.each(["slack", "discord"] as const)("is linked to where it is reported (%s)", async (name) => {
    const stage = shared()[name];
    const { messages } = stage.since();
    await stage.chat.command("alice", "triage", addresses(2).join(" "));
    const head = await stage.chat.until(
      () => messages("triage").find(({ text }) => text.includes("unsafe = more than")),
      "the summary",
    );
    const id = /S-\w{4}/u.exec(head.text)?.[0] ?? "";

    // A platform that takes longer than a second is not waited for: the link is there the next time.
    const link = await vi.waitUntil(async () => (await ask<ScanBody>(`/api/scans/${id}`)).link, 20_000);
    const listed = (await ask<readonly ScanBody[]>("/api/scans")).find((scan) => scan.id === id);

    expect(link).toMatch(/^https?:\/\//);
    expect(link).toContain(stage.chat.linkTo(head));
    expect(listed?.link).toBe(link);
  });

  test("is linked to nothing where it was begun here", async () => {
    const begun = await ask<ScanBody>("/api/scans", { text: addresses(1)[0] });

    expect(begun.link).toBeNull();
    expect((await ask<ScanBody>(`/api/scans/${begun.id}`)).link).toBeNull();
  });
});
