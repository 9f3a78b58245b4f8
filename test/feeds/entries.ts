import type { Feed, FeedEntry, FeedOptions } from "../../src/feeds/feed.ts";
import { FEEDS, writeFeed } from "../../src/feeds/formats.ts";

/** 2026-11-20T10:00:00Z */
const SINCE = Date.UTC(2026, 10, 20, 10);
const DAY_MS = 86_400_000;

/** One of a list's line alone. */
export function bare(ip: string): FeedEntry {
  return { ip, since: null, until: null, by: null, reason: null, scanId: null, evidence: null };
}

/** One of which everything is known. */
export function known(ip: string, more: Partial<FeedEntry> = {}): FeedEntry {
  return {
    ip,
    since: SINCE,
    until: SINCE + 30 * DAY_MS,
    by: "slack:U0ANA",
    reason: "scans our mail servers",
    scanId: "S-7K3Q",
    evidence: {
      detections: 9,
      total: 94,
      engines: ["Acme", "Other"],
      owner: "Example LLC",
      asn: 64_500,
      country: "US",
      link: "https://example.slack.com/archives/C1/p1",
    },
    ...more,
  };
}

/** The entries of the golden files: both versions, networks, and lines that a person wrote. */
export const SAMPLE: readonly FeedEntry[] = [
  known("45.10.0.1"),
  bare("45.10.0.9"),
  bare("45.11.0.0/16"),
  known("198.51.100.7", { until: null, reason: null }),
  known("2a00:1450::5"),
  bare("2a00:1450:4001::/48"),
];

export const V6_ONLY: readonly FeedEntry[] = [known("2a00:1450::5"), bare("2a00:1450:4001::/48")];

/** What tries to get out of a comment, a quotation, a line, a cell. */
export const HOSTILE: readonly string[] = [
  "\n0.0.0.0/0\n",
  "x\r\n45.10.0.2\r\n",
  '" ; /system reset-configuration ; "',
  '"] ; :put [/user print] ; [',
  "}\nadd element inet vtip blocked4 { 0.0.0.0/1 }\n{",
  "; } server { listen 80; }",
  "\nexit\nno access-list outside\n",
  "?",
  "\u2028add vtip4-new 0.0.0.0/1\u2029",
  "\u0000\u001b[2J\u0085\u000b\u000c",
  "\\\n45.10.0.3",
  "$(reboot) `reboot` ${x} %0a 'x' \\n",
  "#!//;--*/ <!-- -->",
  '=HYPERLINK("http://example.com","x")',
  "\t=1+1",
  "@SUM(1)",
  "ünï¢ødé 漢字 😀 \u202egnp.exe",
  "x".repeat(5000),
];

/** A list of one for each hostile text, with the text wherever text of others can be. */
export function hostileEntries(texts: readonly string[] = HOSTILE): readonly FeedEntry[] {
  return texts.map((text, at) => ({
    ip: `45.10.${Math.floor(at / 250)}.${at % 250}`,
    since: SINCE,
    until: null,
    by: text,
    reason: text,
    scanId: text,
    evidence: { detections: 9, total: 94, engines: [text], owner: text, asn: 1, country: text, link: text },
  }));
}

/** As many entries as wanted, no two of them neighbours. */
export function* many(count: number): Generator<FeedEntry> {
  for (let at = 0; at < count; at += 1) {
    const number = 45 * 2 ** 24 + at * 3;
    yield bare([24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join("."));
  }
}

export async function* streamOf(entries: Iterable<FeedEntry>): AsyncGenerator<FeedEntry> {
  for (const entry of entries) yield entry;
}

/** The format of a name. Throws where there is none. */
export function feedOf(name: string): Feed {
  const feed = FEEDS.find((one) => one.name === name);
  if (feed === undefined) throw new Error(`no format ${name}`);
  return feed;
}

/** A whole file. */
export async function textOf(
  feed: Feed,
  entries: Iterable<FeedEntry>,
  options: Partial<FeedOptions> = {},
): Promise<string> {
  const chunks: string[] = [];
  const all = { comments: false, rules: false, ...options };
  for await (const chunk of writeFeed(feed, streamOf(entries), all)) chunks.push(chunk);
  return chunks.join("");
}
