import { z } from "zod";

import type { ResultRecord } from "../../src/contract.ts";
import { OldQuestion, toFailure, toIps, toOldRow, type OldFailure, type OldRow } from "./old-form.ts";
import { Problem } from "./problem.ts";
import { createMemory } from "./row-memory.ts";
import { isOver, waitMsOf } from "./scan-end.ts";
import { beginScan, type Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";

/** More at once are a list, for `POST /api/scans`. */
const MOST_IPS = 10_000;

const NO_ADDRESS = "it is no IP address";

const Answer = z.object({ resultados: z.array(z.record(z.string(), z.union([z.string(), z.number()]))) });

/**
 * `POST /verificar_ip`, as programs of the API Response System ask. What is cached is answered at once; what is not, or is
 * unsafe and was not proposed yet, is a scan.
 */
export function addOldQuestions(server: Server, desk: Desk, { waitMs, isAutoBlock }: Settings): void {
  const memory = createMemory(desk.core);
  const autoBlocked = new Set<string>();
  if (isAutoBlock) {
    desk.hub.listen(null, (reply) => {
      if (reply.kind === "proposal" && autoBlocked.delete(reply.scanId))
        desk.track(desk.core.approveBySetting(reply.proposalId));
    });
  }

  server.post(
    "/verificar_ip",
    {
      schema: {
        summary: "Check addresses, in the form of the API Response System",
        tags: ["scans"],
        body: z.unknown().describe('{"ips": ["1.2.3.4"]}, {"ips": "1.2.3.4"} or {"ip": "1.2.3.4"}'),
        response: {
          200: Answer,
          202: z.object({ scan: z.string(), state: z.string() }),
          400: z.object({ error: z.string() }),
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
      const known = await memory.answer(ips);
      if (known !== null) return reply.type("application/json; charset=utf-8").send(known);
      const addresses = ips.filter((ip) => desk.core.addressOf(ip) !== null);
      if (addresses.length === 0)
        return reply.send({ resultados: ips.map((ip) => toFailure(ip, NO_ADDRESS)) });
      const { scan } = await beginScan(desk, addresses.join("\n"), []);
      if (isAutoBlock) autoBlocked.add(scan.id);
      if (!(await isOver(desk, scan.id, waitMsOf(request.headers["prefer"]) ?? waitMs, request.raw))) {
        const url = `/api/scans/${scan.id}`;
        return reply.code(202).header("location", url).send({ scan: url, state: "running" });
      }
      const records = await recordsOf(desk, scan.id);
      memory.learn(records);
      return reply.send({ resultados: ips.map((ip) => toRow(desk, ip, records)) });
    },
  );
}

async function recordsOf({ core }: Desk, scanId: string): Promise<ReadonlyMap<string, ResultRecord>> {
  const query = {
    from: 0,
    most: MOST_IPS,
    orderBy: "position",
    isDescending: false,
    statuses: [],
    search: "",
  } as const;
  const { records } = await core.results(scanId, query);
  return new Map(records.map((record) => [record.indicator ?? record.input, record]));
}

function toRow({ core }: Desk, ip: string, records: ReadonlyMap<string, ResultRecord>): OldRow | OldFailure {
  const address = core.addressOf(ip);
  if (address === null) return toFailure(ip, NO_ADDRESS);
  const record = records.get(address);
  return record === undefined ? toFailure(ip, "it was not checked") : toOldRow(ip, record);
}
