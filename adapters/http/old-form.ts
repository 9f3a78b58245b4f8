import { z } from "zod";

import type { ResultRecord } from "../../src/contract.ts";

/** A question as the API Response System took it: a list, or one address under either name. */
export const OldQuestion = z.looseObject({ ips: z.unknown().optional(), ip: z.unknown().optional() });

/** A row as it gave it; absent text is "N/A" there. Names and order are fixed. */
export interface OldRow {
  readonly ip: string;
  readonly Inseguros: number;
  readonly Seguros: number;
  readonly cidade: string;
  readonly estado: string;
  readonly pais: string;
  readonly "Gerenciado por": string;
  readonly alerta: "Seguro" | "Inseguro";
}

/** A row of an address that could not be checked. */
export interface OldFailure {
  readonly ip: string;
  readonly error: string;
}

/** A row as it is sent, and what it says. */
export interface SentRow {
  readonly text: string;
  readonly outcome: "safe" | "unsafe" | "failed";
}

export function toSentRow(row: OldRow | OldFailure): SentRow {
  const outcome = "error" in row ? "failed" : row.alerta === "Inseguro" ? "unsafe" : "safe";
  return { text: JSON.stringify(row), outcome };
}

/** The addresses of a question, in order; null where there is none. */
export function toIps({ ips, ip }: z.infer<typeof OldQuestion>): readonly string[] | null {
  const given = ips ?? ip;
  const list = Array.isArray(given)
    ? given
    : given === undefined || given === null || given === ""
      ? []
      : [given];
  const words = list.map((one) => (typeof one === "string" ? one.trim() : JSON.stringify(one)));
  return words.length === 0 ? null : words;
}

const ABSENT = "N/A";

/** City and state are always absent: VirusTotal says them of a certificate, not of an address. */
export function toOldRow(ip: string, record: ResultRecord): OldRow | OldFailure {
  switch (record.status) {
    case "unsafe":
    case "suspicious":
    case "clean":
      return {
        ip,
        // `2/94`: what counts as a detection is a setting.
        Inseguros: Number.parseInt(record.score ?? "0", 10),
        Seguros: record.harmless ?? 0,
        cidade: ABSENT,
        estado: ABSENT,
        pais: record.country ?? ABSENT,
        "Gerenciado por": record.owner ?? ABSENT,
        alerta: record.status === "unsafe" ? "Inseguro" : "Seguro",
      };
    case "unknown":
      return toFailure(ip, "404 - VirusTotal has no record or no analysis of it");
    case "failed":
    case "skipped":
    case "rejected":
      return toFailure(ip, record.reason ?? record.status);
  }
}

/** The row of an address that could not be checked, and why. */
export function toFailure(ip: string, reason: string): OldFailure {
  return { ip, error: `Erro na consulta do IP ${ip}: ${reason}` };
}
