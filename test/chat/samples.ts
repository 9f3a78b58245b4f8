import type { Candidate, Decision, DigestEntry, PastBlock, ProposalContent } from "../../src/block-model.ts";
import type { Story } from "../../src/lists/story-event.ts";
import {
  NO_FACTS,
  type Facts,
  type Plan,
  type Result,
  type Summary,
  type VerdictRule,
} from "../../src/model.ts";
import type { Flips, Reply, ScanHead } from "../../src/reply.ts";
import type { ScanSums } from "../../src/scans/scan.ts";

/** When the samples were made. */
export const NOW = Date.parse("2026-11-21T10:00:00Z");
const DAY_MS = 24 * 3_600_000;
const RULE: VerdictRule = { unsafeAbove: 3, countAsDetection: ["malicious", "suspicious"] };

/** Who the samples speak of: a platform's own test puts its users in their place. */
export interface People {
  readonly requester: string;
  readonly approver: string;
}

function facts(malicious: number, more: Partial<Facts> = {}): Facts {
  const stats = { malicious, suspicious: 1, harmless: 60, undetected: 33 - malicious, timeout: 0 };
  const engines = ["Acme Lab", "Bramble", "Cinder", "Dapple", "Ember", "Fennel", "Gorse", "Heather"];
  const flaggedBy = engines.slice(0, malicious + 1).map((engine) => ({ engine, category: "malicious" }));
  return { ...NO_FACTS, stats, flaggedBy, analysedAt: NOW - 3 * DAY_MS, ...more };
}

function result(value: string, status: Result["status"], more: Partial<Result> = {}): Result {
  const isAddress = /^[\d.]+$/.test(value);
  const indicator = status === "rejected" ? null : ({ kind: isAddress ? "ip" : "domain", value } as const);
  const rejected = status === "rejected" ? "octet over 255" : null;
  const skipped = status === "skipped" ? "private address" : null;
  return {
    piece: { input: value, offset: 0, indicator, rejected, skipped, count: 1, from: "text" },
    status,
    reason: rejected,
    facts: null,
    checkedAt: NOW - 3_600_000,
    cached: false,
    old: false,
    listing: { list: "none", entry: null },
    ...more,
  };
}

const UNSAFE = [
  result("45.155.205.233", "unsafe", {
    facts: facts(7, { owner: "Sample Hosting LLC", asn: 64_500, country: "NL" }),
  }),
  result("193.32.162.157", "unsafe", {
    facts: facts(12, {
      owner: "Bulletproof Example",
      asn: 64_511,
      country: "RU",
      analysedAt: NOW - 400 * DAY_MS,
    }),
  }),
  result("login-sample-bank.com", "unsafe", { facts: facts(5, { tags: ["phishing"] }) }),
];

export const ROWS: readonly Result[] = [
  ...UNSAFE,
  result("185.220.101.34", "suspicious", {
    facts: facts(1, { owner: "Relay Example e.V.", asn: 64_512, country: "DE" }),
  }),
  result("91.240.118.50", "failed", {
    reason: "VirusTotal did not answer within 30 s (timeout): scan it again",
  }),
  result("10.20.4.17", "skipped", { reason: "private address" }),
  result("256.1.1.1", "rejected"),
];

const SUMMARY: Summary = {
  indicators: 59,
  unsafe: 3,
  suspicious: 1,
  clean: 48,
  unknown: 4,
  failed: 1,
  skipped: 2,
  rejected: 1,
  cached: 20,
  requests: 37,
  elapsedMs: 310_000,
};

const PLAN: Plan = {
  indicators: 1240,
  cached: 210,
  toLookUp: 1020,
  skipped: 10,
  rejected: 3,
  durationMs: 8_740_000,
  budget: {
    keys: 2,
    listPlaces: 7,
    windowMs: 60_000,
    left: 870,
    renewsAt: Date.parse("2026-11-22T00:00:00Z"),
    isMonthUsed: false,
    perDay: 1000,
    perMonth: 31_000,
  },
};

const CONTENT: ProposalContent = {
  toBlock: UNSAFE.slice(0, 2).map((row): Candidate => {
    const { owner = null, asn = null, country = null, flaggedBy = [] } = row.facts ?? {};
    const ip = row.piece.input;
    return {
      ip,
      detections: 8,
      total: 94,
      engines: flaggedBy.map(({ engine }) => engine),
      owner,
      asn,
      country,
    };
  }),
  listed: ["22.9.71.160"],
  protectedOnes: [{ ip: "8.8.8.8", by: { entry: "AS15169", line: 12 } }],
  spared: [
    { ip: "198.51.100.7", by: { kind: "own", network: "198.51.100.0/24" } },
    { ip: "1.1.1.1", by: { kind: "shared", list: "Public DNS resolvers: Cloudflare" } },
    { ip: "151.101.1.69", by: { kind: "shared", list: "CDN edges: Fastly" } },
  ],
};

const FLIPS: Flips = {
  count: 24,
  shown: [
    {
      ip: "22.9.71.160",
      list: "blacklisted",
      entry: "22.9.71.160",
      line: 14,
      before: { status: "unsafe", score: "9/94" },
      after: { status: "clean", score: "0/94" },
    },
    {
      ip: "8.8.8.8",
      list: "whitelisted",
      entry: "Sample Hosting LLC",
      line: 3,
      before: { status: "unknown", score: null },
      after: { status: "unsafe", score: "5/94" },
    },
    {
      ip: "45.155.205.233",
      list: "blacklisted",
      entry: "45.155.205.233",
      line: 15,
      before: { status: "suspicious", score: "2/94" },
      after: { status: "unsafe", score: "8/94" },
    },
  ],
};

const DECISION: Decision = {
  state: "blocked",
  by: null,
  at: NOW,
  added: ["45.155.205.233"],
  listed: ["22.9.71.160"],
  protectedOnes: CONTENT.protectedOnes,
  spared: CONTENT.spared,
  leftOut: ["193.32.162.157"],
  longer: [],
  extended: [],
  reason: "seen in the mail gateway's log",
  until: NOW + 30 * DAY_MS,
  undoneBy: null,
  undoneAt: null,
  removed: [],
};

/** Every kind of reply, by a name for its card. */
export function samples({ requester, approver }: People): Readonly<Record<string, Reply>> {
  const head: ScanHead = { scanId: "S-7K3Q", requestedBy: requester, source: "mail-report.txt", notes: [] };
  const report = { kind: "report", head, state: "done", summary: SUMMARY, rule: RULE, at: NOW } as const;
  const clean: Summary = {
    ...SUMMARY,
    indicators: 1,
    unsafe: 0,
    suspicious: 0,
    clean: 1,
    unknown: 0,
    failed: 0,
  };
  const decided = { ...DECISION, by: approver };
  const about = { kind: "decision", proposalId: "P-2M8X", scanId: "S-7K3Q" } as const;
  const progress = { scanId: "S-7K3Q", total: 60, done: 24, unsafe: 2, leftMs: 300_000, closure: null };
  const proposal = {
    kind: "proposal",
    proposalId: "P-2M8X",
    scanId: "S-7K3Q",
    content: CONTENT,
    past: [],
    hasApprovers: true,
    requestedBy: requester,
    isFourEyes: false,
    blockDays: 0,
  } as const;
  const past: readonly PastBlock[] = [
    { ip: "45.155.205.233", ended: { at: NOW - 9 * DAY_MS, lifeMs: 30 * DAY_MS }, letGo: null },
    {
      ip: "193.32.162.157",
      ended: null,
      letGo: {
        at: NOW - 3 * DAY_MS,
        by: { kind: "person", id: approver },
        reason: "our partner's mail server",
      },
    },
  ];
  const entry: DigestEntry = {
    blockId: 1,
    ip: "45.155.205.233",
    until: NOW + DAY_MS,
    approvedBy: approver,
    found: { status: "unsafe", detections: 9, total: 94 },
    evidence: { detections: 8, total: 94 },
    proposedFor: requester,
    kept: null,
    outcome: { kind: "open" },
  };
  const paused = {
    until: Date.parse("2026-11-22T00:00:00Z"),
    reason: "all 500 requests of today are used",
    kind: "budget",
  } as const;
  const block = { ip: "45.155.205.233", since: NOW - DAY_MS, by: approver, until: NOW + 6 * DAY_MS };
  const keys = [
    {
      name: "VT_APIKEY1 (…4f2a)",
      perMinute: 4,
      minuteLeft: 1,
      perDay: 500,
      usedToday: 120,
      perMonth: 15_500,
      usedThisMonth: 4100,
      parked: null,
      parkedUntil: null,
      refusedBefore: null,
    },
    {
      name: "VT_APIKEY2 (…91bc)",
      perMinute: 4,
      minuteLeft: 4,
      perDay: 500,
      usedToday: 500,
      perMonth: null,
      usedThisMonth: 9000,
      parked: "the day's 500 requests are used",
      parkedUntil: Date.parse("2026-11-22T00:00:00Z"),
      refusedBefore: null,
    },
  ];
  const sums: ScanSums = {
    scan: {
      id: "S-7K3Q",
      createdAt: NOW - 3_600_000,
      finishedAt: null,
      state: "running",
      options: { fresh: false, cachedOnly: false, urlLookup: "host" },
      source: { name: "mail-report.txt", columns: [], findings: 60, out: null },
      requestedBy: requester,
      conversation: null,
      requests: 37,
      elapsedMs: 310_000,
    },
    summary: { ...SUMMARY, indicators: SUMMARY.indicators + 12, skipped: SUMMARY.skipped + 12 },
    open: 12,
  };
  return {
    help: { kind: "help" },
    notice: { kind: "notice", tone: "problem", text: "There is no scan S-0000. The word scans lists them." },
    plan: { kind: "plan", head, plan: PLAN, at: NOW },
    progress: { kind: "progress", head, progress, cached: 20, toLookUp: 37 },
    paused: { kind: "progress", head, progress: { ...progress, closure: paused }, cached: 20, toLookUp: 37 },
    report: { ...report, first: UNSAFE, oldestAnalysisAt: NOW - 400 * DAY_MS },
    "report-clean": {
      ...report,
      head: { ...head, source: "9.9.9.9" },
      summary: { ...clean, skipped: 0, rejected: 0, cached: 0, requests: 1, elapsedMs: 640 },
      first: [
        result("9.9.9.9", "clean", {
          facts: {
            ...facts(0),
            stats: { malicious: 0, harmless: 60, undetected: 34 },
            flaggedBy: [],
            owner: "Quad Example",
            asn: 64_519,
            country: "CH",
          },
        }),
      ],
      oldestAnalysisAt: NOW - 3 * DAY_MS,
    },
    rows: {
      kind: "rows",
      scanId: "S-7K3Q",
      rows: ROWS,
      page: 1,
      pages: 1,
      inFileOnly: 52,
      rule: RULE,
      at: NOW,
    },
    flips: { kind: "flips", scanId: "S-7K3Q", flips: FLIPS },
    proposal,
    "proposal-again": { ...proposal, past, blockDays: 30 },
    "nothing-to-block": { kind: "nothing-to-block", scanId: "S-7K3Q", content: { ...CONTENT, toBlock: [] } },
    "proposal-nobody": { ...proposal, hasApprovers: false },
    blocked: { ...about, decision: decided },
    "blocked-again": {
      ...about,
      decision: {
        ...decided,
        extended: [{ ip: "193.32.162.157", until: null }],
        longer: [{ ip: "45.155.205.233", until: NOW + 60 * DAY_MS }],
      },
    },
    dismissed: { ...about, decision: { ...decided, state: "dismissed", added: [], reason: null } },
    undone: {
      ...about,
      decision: {
        ...decided,
        state: "undone",
        undoneBy: approver,
        undoneAt: NOW + 600_000,
        removed: decided.added,
      },
    },
    expired: { ...about, decision: { ...decided, state: "expired", by: null, added: [] } },
    confirmation: { kind: "confirmation", deed: "block", action: "sure:P-2M8X", count: 412, most: 200 },
    "removal-confirmation": {
      kind: "removal-confirmation",
      action: "sure-undo:P-2M8X",
      count: 80,
      listed: 132,
    },
    choice: { kind: "choice", proposalId: "P-2M8X", content: CONTENT, past: [], blockDays: 30 },
    digest: {
      kind: "digest",
      digestId: "D-4T7B",
      at: NOW,
      asked: [
        { ...entry, ip: "45.155.205.233" },
        { ...entry, ip: "193.32.162.157", found: null },
        {
          ...entry,
          ip: "185.220.101.34",
          outcome: { kind: "extended", by: approver, until: NOW + 31 * DAY_MS },
        },
        { ...entry, ip: "80.82.77.139", outcome: { kind: "let go", by: approver } },
        {
          ...entry,
          ip: "185.156.73.9",
          kept: { kind: "guard", guard: { kind: "own", network: "185.156.73.0/24" } },
        },
        { ...entry, ip: "89.248.165.2", outcome: { kind: "over", by: { kind: "end" }, at: NOW + DAY_MS } },
      ],
      calm: [{ ...entry, ip: "141.98.10.60", found: { status: "clean", detections: 0, total: 94 } }],
      flips: [
        {
          ip: "8.8.8.8",
          scanId: "S-7K3Q",
          list: "whitelisted",
          before: "clean",
          after: "unsafe",
          isListed: true,
        },
        {
          ip: "22.9.71.160",
          scanId: "S-7K3Q",
          list: "blacklisted",
          before: "unsafe",
          after: "clean",
          isListed: false,
        },
      ],
      hasApprovers: true,
      extendDays: 30,
    },
    "extension-choice": { kind: "extension-choice", digestId: "D-4T7B", open: [entry], extendDays: 30 },
    quota: { kind: "quota", keys, at: NOW },
    cost: { kind: "cost", plan: PLAN, askedBy: requester, at: NOW },
    why: {
      kind: "why",
      askedBy: requester,
      ip: "45.155.205.233",
      blocked: { entry: "45.155.205.233", line: 14 },
      block: {
        since: block.since,
        by: approver,
        until: block.until,
        reason: "seen in the mail gateway's log",
        proposalId: "P-7K3Q",
        scanId: "S-7K3Q",
        proposedFor: requester,
        evidence: { detections: 8, total: 94, engines: ["Acme Lab", "Bramble", "Cinder", "Dapple"] },
        link: "https://chat.example/P-7K3Q",
      },
      protectedBy: null,
      guard: null,
      seenIn: 61,
      story: storyFor({ requester, approver }),
    },
    "block-list": {
      kind: "block-list",
      askedBy: requester,
      count: 132,
      whitelisted: 1,
      newest: [block],
      endingSoon: [block],
      at: NOW,
    },
    unblocked: { kind: "unblocked", askedBy: approver, ip: "45.155.205.233", reason: "it is ours" },
    scans: {
      kind: "scans",
      askedBy: requester,
      scans: [{ sums, link: "https://chat.example/S-7K3Q" }],
      at: NOW,
    },
    overview: { kind: "overview", keys, running: [{ sums, link: null }], blocks: [block], at: NOW },
  };
}

/** An address that was looked at for weeks, let go by hand once, and blocked. */
function storyFor({ requester, approver }: People): Story {
  const who = `${approver} (bob)`;
  const asked = { proposalId: "P-7K3Q", scanId: "S-7K3Q" };
  const seen = {
    kind: "looked-up",
    source: "mail-report.txt",
    conversation: "chat:1",
    link: "https://chat.example/S-7K3Q",
  } as const;
  const act = { who, reason: null, link: null, until: null, evidence: null, scanId: null, proposalId: null };
  return {
    events: [
      {
        ...seen,
        at: NOW - 30 * DAY_MS,
        lastAt: NOW - 20 * DAY_MS,
        count: 48,
        status: "clean",
        firstScore: { detections: 0, total: 94 },
        score: { detections: 0, total: 94 },
        scanId: "S-5D1N",
        link: "https://chat.example/S-5D1N",
      },
      { ...act, kind: "added-by-hand", at: NOW - 9 * DAY_MS, who: "by hand", action: "block" },
      { ...act, kind: "removed-by-hand", at: NOW - 8 * DAY_MS, who: "by hand", action: "unblock" },
      {
        ...seen,
        at: NOW - DAY_MS - 60_000,
        lastAt: NOW - DAY_MS - 60_000,
        count: 1,
        status: "unsafe",
        firstScore: { detections: 8, total: 94 },
        score: { detections: 8, total: 94 },
        scanId: "S-7K3Q",
      },
      { kind: "proposed", at: NOW - DAY_MS - 50_000, ...asked, requestedBy: requester },
      {
        kind: "refused",
        at: NOW - DAY_MS - 30_000,
        who: `${requester} (ann)`,
        tried: "block",
        because: "Only approvers may do this.",
        reason: null,
        link: null,
        subject: "P-7K3Q",
      },
      {
        ...act,
        ...asked,
        kind: "blocked",
        at: NOW - DAY_MS,
        action: "block",
        reason: "seen in the mail gateway's log",
        until: NOW + 6 * DAY_MS,
        evidence: { detections: 8, total: 94, engines: ["Acme Lab"] },
        link: "https://chat.example/P-7K3Q",
      },
    ],
    earlierLookUps: 11,
  };
}

/** Outside text that tries to become mark-up, a mention or a link. */
const HOSTILE =
  "<!channel> @everyone <@U012AB3CD> *bold* _it_ `code` ```x``` :skull: <https://evil.example|click> [a](https://evil.example) evil.example &amp; \u202Egnp.exe =cmd|' /C calc'!A0";

/** The samples with hostile text wherever text from outside can stand. */
export function hostileSamples(people: People): Readonly<Record<string, Reply>> {
  const plain = JSON.stringify(samples(people));
  const hostile = JSON.stringify(HOSTILE).slice(1, -1);
  const outside =
    /Sample Hosting LLC|CDN edges: Fastly|Bulletproof Example|Relay Example e\.V\.|Acme Lab|mail-report\.txt|seen in the mail gateway's log|it is ours|"NL"/g;
  return JSON.parse(
    plain.replaceAll(outside, (found) => (found === '"NL"' ? `"${hostile}"` : hostile)),
  ) as Record<string, Reply>;
}

/** A page of as many rows as asked for, each with the longest text that comes up. */
export function manyRows(count: number): readonly Result[] {
  return Array.from({ length: count }, (_, at) =>
    result(`45.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, "unsafe", {
      facts: facts(7, {
        owner: `${"Very Long Owner Name ".repeat(12)}${at}`,
        asn: 64_500 + at,
        country: "NL",
      }),
    }),
  );
}
