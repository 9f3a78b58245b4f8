import { z } from "zod";

import { OldQuestion, toFailure, toIps } from "./old-form.ts";
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
export function addOldQuestions(server: Server, desk: Desk, { waitMs }: Settings): void {
  const memory = createMemory(desk.core);
  const scans = createOldScans(desk);

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
    async (request, reply) => {
      const question = OldQuestion.safeParse(request.body);
      const ips = question.success ? toIps(question.data) : null;
      if (ips === null) return reply.code(400).send({ error: "Nenhum IP fornecido" });
      if (ips.length > MOST_IPS) {
        throw new Problem(
          413,
          `${ips.length} addresses are more than ${MOST_IPS}: send them to POST /api/scans.`,
        );
      }
      const known = await memory.look(ips);
      if (known.missing.length === 0) return reply.type(JSON_TYPE).send(toText(ips, known));
      const most = waitMsOf(request.headers["prefer"]) ?? waitMs;
      const outcome = await scans.scan(known.missing, most, reply.raw);
      if (outcome.kind === "running") {
        const url = `/api/scans/${outcome.scanId}`;
        return reply.code(202).header("location", url).send({ scan: url, state: "running" });
      }
      const facts = toFacts(outcome.records);
      const rows = new Map(known.rows);
      for (const ip of ips) {
        if (rows.has(ip)) continue;
        const fact = facts.get(desk.core.addressOf(ip) ?? "");
        rows.set(ip, JSON.stringify(fact?.toRow(ip) ?? toFailure(ip, "it was not checked")));
      }
      return reply.type(JSON_TYPE).send(toText(ips, { rows }));
    },
  );
}

function toText(ips: readonly string[], { rows }: Pick<Known, "rows">): string {
  return `{"resultados":[${ips.map((ip) => rows.get(ip) ?? "null").join(",")}]}`;
}
