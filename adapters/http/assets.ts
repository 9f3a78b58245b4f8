import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import fastifyStatic from "@fastify/static";
import { z } from "zod";

import type { Server } from "./server.ts";

/** Beside the built program, or where the build puts it for one that runs from its sources. */
const PLACES = ["./console/", "../../dist/console/"];

const Asset = z.object({ name: z.string().regex(/^[\w-]+\.(?:js|css|svg|woff2)$/u) });

/** The console's files. They hold no secret, so everybody may have them; what they ask for they need a token for. */
export async function addAssets(server: Server): Promise<void> {
  const root = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((place) =>
    existsSync(`${place}assets`),
  );
  const config = { access: "open" } as const;
  const schema = { hide: true } as const;
  if (root === undefined) {
    server.get("/", { config, schema }, async (_request, reply) =>
      reply
        .type("text/plain; charset=utf-8")
        .send("The console is not built: npm run build. The API is at /api/openapi.json."),
    );
    return;
  }
  await server.register(fastifyStatic, { root, serve: false, preCompressed: true });
  server.get("/", { config, schema }, async (_request, reply) =>
    reply.header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false }),
  );
  server.get("/icon.svg", { config, schema }, async (_request, reply) => reply.sendFile("icon.svg"));
  // Their names change with what is in them.
  server.get("/assets/:name", { config, schema: { ...schema, params: Asset } }, async ({ params }, reply) =>
    reply.sendFile(`assets/${params.name}`, { maxAge: "1y", immutable: true }),
  );
}
