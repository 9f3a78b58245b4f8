import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { ResultRecord } from "../../src/contract.ts";
import { callerOf } from "./caller.ts";
import { OldQuestion, toFailure, toIps, toSentRow } from "./old-form.ts";
import { createOldScans, MOST_IPS } from "./old-scans.ts";
import { Problem } from "./problem.ts";
import { createMemory, toFacts, type Known } from "./row-memory.ts";
import { waitMsOf } from "./scan-end.ts";
import type { Desk } from "./scan-request.ts";
import { Fault } from "./schemas.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";

const Row = z.object({
  ip: z.string(),
  Inseguros: z.number().int(),
  Seguros: z.number().int(),
  cidade: z.string(),
  estado: z.string(),
  pais: z.string(),
  "Gerenciado por": z.string(),
  alerta: z.enum(["Seguro", "Inseguro"]),
});

const Failure = z.object({ ip: z.string(), error: z.string() });

const Answer = z.object({ resultados: z.array(z.union([Row, Failure])) });

const JSON_TYPE = "application/json; charset=utf-8";

/**
 * `POST /verificar_ip`, as programs of the API Response System ask. What is cached is answered at once; what is not, or is
 * unsafe and was not proposed yet, is a scan.
 */
export function addOldQuestions(server: Server, desk: Desk, settings: Settings): void {
  server.post(
    "/verificar_ip",
    {
      schema: {
        summary: "Check addresses, in the form of the API Response System",
        tags: ["scans"],
        body: z.unknown().meta({
          description: '{"ips": ["1.2.3.4"]}, {"ips": "1.2.3.4"} or {"ip": "1.2.3.4"}',
          examples: [{ ips: ["8.8.8.8"] }],
        }),
        response: {
          200: Answer,
          202: z.object({ scan: z.string(), state: z.string() }),
          400: Fault,
          413: Fault,
        },
      },
    },
    createAnswers(desk, settings),
  );
}

type Answers = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function createAnswers(desk: Desk, { waitMs }: Settings): Answers {
  const memory = createMemory(desk.core);
  const scans = createOldScans(desk);
  return async (request, reply) => {
    const question = OldQuestion.safeParse(request.body);
    const ips = question.success ? toIps(question.data) : null;
    if (ips === null) return reply.code(400).send({ error: "Nenhum IP fornecido" });
    const facts = { addresses: ips.length };
    request.facts = facts;
    if (ips.length > MOST_IPS) {
      throw new Problem(
        413,
        `${ips.length} addresses are more than ${MOST_IPS}: send them to POST /api/scans.`,
      );
    }
    const known = await memory.look(ips);
    const most = waitMsOf(request.headers["prefer"]) ?? waitMs;
    const outcome =
      known.missing.length === 0 ? null : await scans.scan(callerOf(request), known.missing, most, reply.raw);
    const rows = outcome?.kind === "over" ? filled(desk, ips, known.rows, outcome.records) : known.rows;
    request.facts = { ...facts, ...countsOf(ips, rows), scan: outcome?.scanId ?? null };
    if (outcome?.kind === "running") {
      const url = `/api/scans/${outcome.scanId}`;
      return reply.code(202).header("location", url).send({ scan: url, state: "running" });
    }
    return reply.type(JSON_TYPE).send(toText(ips, rows));
  };
}

/** With the rows of what a scan has found. */
function filled(
  { core }: Desk,
  ips: readonly string[],
  known: Known["rows"],
  records: readonly ResultRecord[],
): Known["rows"] {
  const found = toFacts(records);
  const rows = new Map(known);
  for (const ip of ips) {
    if (rows.has(ip)) continue;
    const fact = found.get(core.addressOf(ip) ?? "");
    rows.set(ip, toSentRow(fact?.toRow(ip) ?? toFailure(ip, "it was not checked")));
  }
  return rows;
}

function toText(ips: readonly string[], rows: Known["rows"]): string {
  return `{"resultados":[${ips.map((ip) => rows.get(ip)?.text ?? "null").join(",")}]}`;
}

/** Of the addresses so many are unsafe, and so many could not be checked; what is still looked up is neither. */
function countsOf(ips: readonly string[], rows: Known["rows"]) {
  let [unsafe, failed] = [0, 0];
  for (const ip of ips) {
    const outcome = rows.get(ip)?.outcome;
    if (outcome === "unsafe") unsafe += 1;
    if (outcome === "failed") failed += 1;
  }
  return { unsafe, failed };
}
