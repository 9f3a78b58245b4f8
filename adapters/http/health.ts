import { Health, Ready } from "./answer-schemas.ts";
import type { Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";

/** `GET /healthz`: the process answers. `GET /readyz`: records, lists and keys can be used too. */
export function addHealth(server: Server, { core }: Desk): void {
  const config = { access: "open" } as const;
  const tags = ["health"];
  server.get(
    "/healthz",
    { config, schema: { tags, summary: "Whether the process answers", response: { 200: Health } } },
    async () => ({
      status: "ok",
    }),
  );
  server.get(
    "/readyz",
    { config, schema: { tags, summary: "Whether it can do its work", response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const checks = await core.readiness();
      const isReady = checks.every(({ isReady }) => isReady);
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", checks });
    },
  );
}
