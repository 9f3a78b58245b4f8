import type {
  BlockView,
  DayUsage,
  HourUsage,
  KeyQuota,
  Reply,
  ResultsPage,
  VerdictDay,
  Why,
} from "../../../src/contract.ts";
import { noteAnswer } from "./connection.ts";

/** A scan as the API sends it. */
export interface ScanRecord {
  readonly id: string;
  readonly state: "planned" | "running" | "interrupted" | "done" | "cancelled";
  readonly source: string;
  readonly notes: readonly string[];
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly open: number;
  readonly summary: Readonly<Record<SummaryName, number>>;
  /** Its thread in chat. */
  readonly link: string | null;
}

type SummaryName =
  | "indicators"
  | "unsafe"
  | "suspicious"
  | "clean"
  | "unknown"
  | "failed"
  | "skipped"
  | "rejected"
  | "cached"
  | "requests"
  | "elapsedMs";

/** A block with its times as text. */
export type BlockRecord = Omit<BlockView, "since" | "until"> & {
  readonly since: string;
  readonly until: string | null;
};

/** An entry of the audit trail with its time as text. */
export interface AuditRecord {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What was recognised in a text, and what looking it up would cost. */
export interface Recognised {
  readonly indicators: readonly { readonly indicator: string; readonly kind: string }[];
  readonly refused: readonly { readonly input: string; readonly reason: string }[];
  readonly count: number;
  readonly cached: number;
  readonly toLookUp: number;
  readonly left: number | null;
}

/** What the page is told about the program. */
export interface About {
  readonly isDemo: boolean;
  /** Whether one has to log in here, and so can log out. */
  readonly hasLogin: boolean;
  /** Who asks, as APPROVERS names them. */
  readonly user: string;
}

export type ProposalReply = Extract<Reply, { kind: "proposal" }>;
export type DecisionReply = Extract<Reply, { kind: "decision" }>;
export type DigestReply = Extract<Reply, { kind: "digest" }>;

/** What the server says is wrong, in its words. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** Said once, above every page. */
export const OFFLINE = "vtip cannot be reached. Is it running? It is tried again.";

/** @throws ApiError, with status 0 where the server is away. */
async function send(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { credentials: "same-origin", ...options }).catch(() => {
    noteAnswer(0);
    throw new ApiError(0, OFFLINE);
  });
  noteAnswer(response.status);
  if (!response.ok) throw new ApiError(response.status, await wordsOf(response));
  return response;
}

/** Asks the API. @throws ApiError */
async function ask<T>(path: string, options?: RequestInit): Promise<T> {
  const response = await send(path, options);
  return (await response.json()) as T;
}

async function wordsOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { readonly error?: string } | null;
  return body?.error ?? `The server answered ${response.status}.`;
}

function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** What the table of a scan wants to see. */
export interface ResultsWanted {
  readonly from: number;
  readonly most: number;
  readonly orderBy: string;
  readonly descending: boolean;
  readonly status: readonly string[];
  readonly search: string;
}

/** Which part of a list is wanted. */
export interface ListWanted {
  readonly from: number;
  readonly most: number;
  readonly search: string;
}

function toQuery(wanted: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted))
    for (const one of [value].flat()) query.append(name, String(one));
  return query.toString();
}

/** Where the csv of these results is. */
export function csvOf(id: string, wanted: Omit<ResultsWanted, "from" | "most">): string {
  return `/api/scans/${encodeURIComponent(id)}/report.csv?${toQuery(wanted)}`;
}

/** The API as the pages use it. */
export const api = {
  about: () => ask<About>("/api/about"),
  recognise: (text: string) => post<Recognised>("/api/extract", { text }),
  scans: () => ask<readonly ScanRecord[]>("/api/scans"),
  scan: (id: string) => ask<ScanRecord>(`/api/scans/${encodeURIComponent(id)}`),
  begin: (text: string) => post<ScanRecord>("/api/scans", { text }),
  beginWithFiles(text: string, files: readonly File[]) {
    const form = new FormData();
    form.set("text", text);
    for (const file of files) form.append("files", file, file.name);
    return ask<ScanRecord>("/api/scans", { method: "POST", body: form });
  },
  act: (id: string, verb: "cancel" | "start") =>
    post<ScanRecord>(`/api/scans/${encodeURIComponent(id)}/${verb}`, {}),
  results: (id: string, wanted: ResultsWanted) =>
    ask<ResultsPage>(`/api/scans/${encodeURIComponent(id)}/results?${toQuery(wanted)}`),
  proposals: () => ask<readonly ProposalReply[]>("/api/proposals"),
  proposalOf: (scanId: string) =>
    ask<{ readonly proposal: ProposalReply | DecisionReply | null }>(
      `/api/scans/${encodeURIComponent(scanId)}/proposal`,
    ),
  proposal: (id: string) => ask<ProposalReply | DecisionReply>(`/api/proposals/${encodeURIComponent(id)}`),
  decide: (id: string, decision: object) =>
    post<ProposalReply | DecisionReply>(`/api/proposals/${encodeURIComponent(id)}/decision`, decision),
  digests: () => ask<readonly DigestReply[]>("/api/digests"),
  decideEndings: (id: string, decision: object) =>
    post<DigestReply>(`/api/digests/${encodeURIComponent(id)}/decision`, decision),
  blocks: (wanted: ListWanted) =>
    ask<{ readonly matching: number; readonly blocks: readonly BlockRecord[] }>(
      `/api/blocks?${toQuery(wanted)}`,
    ),
  why: (ip: string) =>
    ask<Why & { readonly lines: readonly string[] }>(`/api/blocks/${encodeURIComponent(ip)}`),
  unblock: (ip: string, reason: string) =>
    ask<{ readonly ip: string }>(`/api/blocks/${encodeURIComponent(ip)}?${toQuery({ reason })}`, {
      method: "DELETE",
    }),
  audit: (wanted: ListWanted) =>
    ask<{ readonly matching: number; readonly entries: readonly AuditRecord[] }>(
      `/api/audit?${toQuery(wanted)}`,
    ),
  verify: () =>
    ask<{ readonly whole: boolean; readonly entries?: number; readonly brokenAt?: number }>(
      "/api/audit/verify",
    ),
  quota: () => ask<readonly KeyQuota[]>("/api/quota"),
  usage: () => ask<readonly DayUsage[]>("/api/usage"),
  usageByHour: () => ask<readonly HourUsage[]>("/api/usage/hours"),
  verdicts: () => ask<readonly VerdictDay[]>("/api/verdicts"),
  logs: async () => (await send("/logs")).text(),
  login: (token: string) => post<unknown>("/api/session", { token }),
  logout: () => ask<unknown>("/api/session", { method: "DELETE" }),
};
