import { z } from "zod";

import type { Reply } from "../../src/contract.ts";
import { Digest } from "./answer-schemas.ts";
import { callerOf } from "./caller.ts";
import { decide, Deciding } from "./decision.ts";
import { Problem } from "./problem.ts";
import type { Desk } from "./scan-request.ts";
import { MOST_TEXT_BYTES } from "./scan-upload.ts";
import { DigestId, Fault } from "./schemas.ts";
import type { Server } from "./server.ts";

type DigestReply = Extract<Reply, { kind: "digest" }>;

const Decision = Deciding.extend({
  decision: z.enum(["extend", "let-go"]),
  ips: Deciding.shape.ips.describe("Left out: all that are not decided and not over"),
  days: Deciding.shape.days.describe("So much longer; 0: until removed. Left out: extendDays"),
  reason: Deciding.shape.reason.describe("Why it is extended"),
  sure: Deciding.shape.sure.describe("Though there are more than MAX_BLOCKS_PER_APPROVAL"),
});

const tags = ["approvals"];

/** Blocks that end soon: all channels' questions about them, decided as in chat. */
export function addDigests(server: Server, desk: Desk): void {
  const { core } = desk;
  server.get(
    "/api/digests",
    {
      schema: {
        tags,
        summary: "Blocks that end soon: open questions about them, and those of the last two days",
        response: { 200: z.array(Digest) },
      },
    },
    async () => core.digests(),
  );
  server.post(
    "/api/digests/:id/decision",
    {
      bodyLimit: MOST_TEXT_BYTES,
      schema: {
        tags,
        summary: "Extend blocks that end soon, or let them go",
        params: DigestId,
        body: Decision,
        response: { 200: Digest, 400: Fault, 403: Fault, 404: Fault, 409: Fault, 422: Fault },
      },
    },
    async ({ params, body, user }) => {
      const id = params.id.toUpperCase();
      const question = found(await core.digest(id), id);
      await decide(desk, callerOf({ user }), toAction(id, body), body, question.hasApprovers);
      return found(await core.digest(id), id);
    },
  );
}

function found(reply: DigestReply | null, id: string): DigestReply {
  if (reply === null) throw new Problem(404, `There is no digest ${id}.`);
  return reply;
}

function toAction(id: string, { decision, sure }: z.infer<typeof Decision>): string {
  switch (decision) {
    case "extend":
      return `${sure ? "sure-extend" : "extend"}:${id}`;
    case "let-go":
      return `let-go:${id}`;
  }
}
