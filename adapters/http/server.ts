import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance, type FastifyTypeProvider } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import type { z } from "zod";

import type { AdapterLog } from "../../src/contract.ts";
import { createGate } from "./access.ts";
import { addCors } from "./cors.ts";
import { answerBadRequest, answerFaults } from "./faults.ts";
import { Problem } from "./problem.ts";
import { createRefusals } from "./refusals.ts";
import { addLog } from "./request-log.ts";
import type { Sessions } from "./session.ts";
import type { Settings } from "./settings.ts";

/** What comes in has the type of its schema; what goes out is data of our own. */
interface Schemas extends FastifyTypeProvider {
  readonly validator: this["schema"] extends z.ZodType ? z.output<this["schema"]> : unknown;
  readonly serializer: unknown;
}

/** A server whose routes have zod schemas. */
export type Server = Awaited<ReturnType<typeof createServer>>;

/** JSON is short; files have a limit of their own. */
const MOST_BODY_BYTES = 1_048_576;

/** How long things may take. */
export interface Patience {
  /** Who sends a request slower than this is cut off, in ms. */
  readonly requestMs: number;
  /** How often that is looked at, in ms. */
  readonly lookMs: number;
}

const PATIENCE: Patience = { requestMs: 60_000, lookMs: 5000 };

const OPENAPI = {
  openapi: "3.1.0",
  info: {
    title: "vtip",
    description:
      "Checks suspicious addresses, domains, URLs and hashes with VirusTotal, and hands blocklists to firewalls.",
    version: "1",
  },
  components: {
    securitySchemes: {
      token: { type: "http", scheme: "bearer" },
      feed: { type: "http", scheme: "basic" },
    },
  },
} as const;

const CSP = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** A server that lets in who may, and answers every fault with a sentence; nothing is listened to yet. */
export async function createServer(
  settings: Settings,
  log: AdapterLog,
  sessions: Sessions,
  { requestMs, lookMs }: Patience = PATIENCE,
) {
  const server: FastifyInstance = fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: requestMs,
    // Node takes the longer of the two for the whole request, whichever was meant.
    http: { connectionsCheckingInterval: lookMs, headersTimeout: requestMs / 2 },
    forceCloseConnections: true,
    // A proxy on this machine says who asks, so that one of its clients does not shut out the others.
    trustProxy: "loopback",
    logger: false,
    frameworkErrors: answerBadRequest,
  });
  server.setValidatorCompiler(validatorCompiler);
  // What is sent is data of our own types; the schemas of answers are for who reads about them.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await server.register(helmet, {
    global: false,
    contentSecurityPolicy: { useDefaults: false, directives: CSP },
    crossOriginEmbedderPolicy: true,
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  server.decorateRequest("user", null);
  server.decorateRequest("facts", null);
  addHeaders(server);
  addCors(server, settings.corsOrigins);
  await server.register(rateLimit, { global: false });
  await server.register(multipart);
  await server.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform });
  addGate(server, settings, sessions);
  addLog(server, log);
  answerFaults(server, log);
  return server.withTypeProvider<Schemas>();
}

/** They are the same for all answers; to work them out each time took a fifth of it. */
function addHeaders(server: FastifyInstance): void {
  let headers: readonly (readonly [string, string])[] = [];
  server.addHook("onRequest", async (_request, reply) => {
    if (headers.length === 0) {
      reply.helmet();
      headers = Object.entries(reply.raw.getHeaders()).map(([name, text]) => [name, String(text)]);
    } else for (const [name, text] of headers) reply.raw.setHeader(name, text);
  });
}

function addGate(server: FastifyInstance, settings: Settings, sessions: Sessions): void {
  const gate = createGate(settings, sessions);
  const refusals = createRefusals();
  server.addHook("onRequest", async (request, reply) => {
    refusals.assertNotTooMany(request);
    try {
      await gate(request, reply);
    } catch (error) {
      // A database that is away is nobody's wrong token.
      if (error instanceof Problem) refusals.count(request);
      throw error;
    }
  });
}
