import { z } from "zod";

/** What answers look like, for who reads about them: nothing is checked by these when it is sent. */
const Time = z.iso.datetime();
const Ms = z.number().describe("Ms since 1970");
const Count = z.number().int().min(0);
const Status = z.enum(["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"]);

const Summary = z.strictObject({
  indicators: Count,
  unsafe: Count,
  suspicious: Count,
  clean: Count,
  unknown: Count,
  failed: Count,
  skipped: Count,
  rejected: Count,
  cached: Count,
  requests: Count,
  elapsedMs: z.number().min(0),
});

/** A scan with its sums. */
export const Scan = z.strictObject({
  id: z.string(),
  state: z.enum(["planned", "running", "interrupted", "done", "cancelled"]),
  source: z.string(),
  notes: z.array(z.string()),
  requestedBy: z.string(),
  createdAt: Time,
  finishedAt: Time.nullable(),
  open: Count.describe("Indicators without an answer yet"),
  summary: Summary,
  link: z.url().nullable().describe("Its thread in Slack or Discord"),
});

const Result = z.strictObject({
  input: z.string(),
  indicator: z.string().nullable(),
  kind: z.enum(["ip", "domain", "url", "hash"]).nullable(),
  status: Status,
  reason: z.string().nullable(),
  malicious: Count.nullable(),
  suspicious: Count.nullable(),
  harmless: Count.nullable(),
  undetected: Count.nullable(),
  timeout: Count.nullable(),
  total: Count.nullable(),
  score: z.string().nullable().describe("Detections of all, such as 2/94"),
  owner: z.string().nullable(),
  asn: z.number().int().nullable(),
  country: z.string().nullable(),
  network: z.string().nullable(),
  reputation: z.number().nullable(),
  tags: z.array(z.string()),
  engines: z.array(z.string()),
  analysedAt: Time.nullable(),
  checkedAt: Time.nullable(),
  cached: z.boolean(),
  list: z.enum(["none", "whitelisted", "blacklisted"]),
  listEntry: z.string().nullable(),
  link: z.string().nullable(),
});

/** Some of a scan's results. */
export const ResultsPage = z.strictObject({ matching: Count, records: z.array(Result) });

const Block = z.strictObject({
  ip: z.string(),
  since: Time,
  until: Time.nullable().describe("Null: until removed"),
  by: z.string(),
  reason: z.string().nullable(),
  proposalId: z.string().nullable(),
  scanId: z.string().nullable(),
  detections: Count.nullable(),
  total: Count.nullable(),
  owner: z.string().nullable(),
  country: z.string().nullable(),
});

/** Some of what is blocked. */
export const BlocksPage = z.strictObject({ matching: Count, blocks: z.array(Block) });

const AuditEntry = z.strictObject({
  id: Count,
  at: Time,
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previous: z.string(),
  hash: z.string(),
});

/** Some of the audit trail. */
export const AuditPage = z.strictObject({ matching: Count, entries: z.array(AuditEntry) });

/** Whether the audit trail is whole. */
export const AuditCheck = z.union([
  z.strictObject({ whole: z.literal(true), entries: Count }),
  z.strictObject({ whole: z.literal(false), brokenAt: Count }),
]);

/** Everything known about an address. */
export const Why = z.looseObject({
  ip: z.string(),
  blocked: z.looseObject({ line: Count }).nullable().describe("Its line on the blacklist"),
  protectedBy: z.looseObject({ line: Count }).nullable().describe("The whitelist's line that protects it"),
  sightings: z.looseObject({ count: Count }),
});

/** An address that was taken off the blacklist. */
export const Unblocked = z.strictObject({ ip: z.string() });

const Candidate = z.strictObject({
  ip: z.string(),
  detections: Count,
  total: Count,
  engines: z.array(z.string()),
  owner: z.string().nullable(),
  asn: z.number().int().nullable(),
  country: z.string().nullable(),
});

/** An open question to the approvers. */
export const Proposal = z.strictObject({
  kind: z.literal("proposal"),
  proposalId: z.string(),
  scanId: z.string(),
  content: z.strictObject({
    toBlock: z.array(Candidate),
    listed: z.array(z.string()),
    protectedOnes: z.array(z.looseObject({ ip: z.string() })),
    spared: z.array(z.looseObject({ ip: z.string() })),
  }),
  past: z.array(z.looseObject({ ip: z.string() })),
  hasApprovers: z.boolean(),
  requestedBy: z.string(),
  isFourEyes: z.boolean(),
  blockDays: Count,
});

/** A question, or what was decided. */
export const ProposalOrDecision = z.union([
  Proposal,
  z.strictObject({
    kind: z.literal("decision"),
    proposalId: z.string(),
    scanId: z.string(),
    decision: z.looseObject({
      state: z.enum(["blocked", "dismissed", "undone", "expired"]),
      by: z.string().nullable(),
      at: Ms,
      added: z.array(z.string()),
      removed: z.array(z.string()),
      reason: z.string().nullable(),
      until: Ms.nullable(),
    }),
  }),
]);

const DigestEntry = z.strictObject({
  blockId: Count,
  ip: z.string(),
  until: Ms.describe("When it was to end, in ms since 1970"),
  approvedBy: z.string(),
  found: z
    .strictObject({ status: Status, detections: Count, total: Count })
    .nullable()
    .describe("What was found when it was looked up again; null: no request was spare"),
  evidence: z.strictObject({ detections: Count, total: Count }).nullable().describe("What it was blocked on"),
  proposedFor: z
    .string()
    .nullable()
    .describe("Who asked for the scan; with FOUR_EYES another one extends it"),
  kept: z
    .looseObject({ kind: z.enum(["whitelist", "guard"]) })
    .nullable()
    .describe("What keeps it from being extended"),
  outcome: z.looseObject({ kind: z.enum(["open", "extended", "let go", "over"]) }),
});

/** Blocks that end soon, as a channel is asked about them, and what was decided. */
export const Digest = z.strictObject({
  kind: z.literal("digest"),
  digestId: z.string(),
  at: Ms,
  asked: z.array(DigestEntry).describe("Still unsafe, or not looked up again: about these approvers decide"),
  calm: z.array(DigestEntry).describe("Unsafe no longer: they end"),
  flips: z.array(
    z.looseObject({
      ip: z.string(),
      scanId: z.string(),
      before: Status,
      after: Status,
      isListed: z.boolean(),
    }),
  ),
  hasApprovers: z.boolean(),
  extendDays: Count.describe("How long they stay on, unless the decision says otherwise; 0: until removed"),
});

/** What each key has used and left. */
export const Quota = z.array(
  z.strictObject({
    name: z.string(),
    perMinute: Count.nullable(),
    minuteLeft: Count.nullable(),
    perDay: Count.nullable(),
    usedToday: Count,
    perMonth: Count.nullable(),
    usedThisMonth: Count,
    parked: z.string().nullable(),
    parkedUntil: Ms.nullable(),
    refusedBefore: z.string().nullable(),
  }),
);

/** That the process answers. */
export const Health = z.strictObject({ status: z.literal("ok") });

/** Whether it can do its work, and if not why. */
export const Ready = z.strictObject({
  status: z.enum(["ready", "not ready"]),
  checks: z.array(z.strictObject({ name: z.string(), isReady: z.boolean(), reason: z.string().nullable() })),
});
