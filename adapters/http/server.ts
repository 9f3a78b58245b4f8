import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import fastify, { type FastifyError, type FastifyInstance, type FastifyTypeProvider } from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
} from "fastify-type-provider-zod";
import type { z } from "zod";

import type { AdapterLog } from "../../src/contract.ts";
import { createGate } from "./access.ts";
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
/** Who sends a body slower than this is cut off. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Of one address in a minute that has no token, or a wrong one. */
const MOST_REFUSED = 60;

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
export async function createServer(settings: Settings, log: AdapterLog) {
  const server: FastifyInstance = fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: false,
    logger: false,
  });
  server.setValidatorCompiler(validatorCompiler);
  // What is sent is data of our own types; the schemas of answers are for who reads about them.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CSP },
    crossOriginEmbedderPolicy: true,
    strictTransportSecurity: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  await server.register(rateLimit, { global: false });
  await server.register(multipart);
  await server.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform });
  const gate = createGate(settings);
  const refusals = createRefusals();
  server.addHook("onRequest", async (request, reply) => {
    refusals.assertNotTooMany(request.ip);
    try {
      await gate(request, reply);
    } catch (error) {
      refusals.count(request.ip);
      throw error;
    }
  });
  server.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions, ip } = request;
    const about = {
      method,
      route: routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ip,
    };
    log.info(about, "request");
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500)
      log.error(
        { err: error, method: request.method, route: request.routeOptions.url ?? null },
        "request failed",
      );
    void reply
      .code(status)
      .type("application/json; charset=utf-8")
      .send({ error: sentenceOf(error, status) });
  });
  server.setNotFoundHandler((request, reply) => {
    void reply.code(404).send({ error: `There is nothing at ${request.url.slice(0, 200)}. See /api/docs.` });
  });
  return server.withTypeProvider<Schemas>();
}

function statusOf(error: FastifyError): number {
  // What a person can mend, as the core tells it.
  if (error.name === "UserError") return 422;
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 600
    ? error.statusCode
    : 500;
}

/** Nothing of the inside is told. */
function sentenceOf(error: FastifyError, status: number): string {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const where = `${error.validationContext ?? "request"}${(issue?.instancePath ?? "").replaceAll("/", ".")}`;
    return `The ${where} is not as it should be: ${issue?.message ?? "see /api/docs"}.`;
  }
  return status >= 500
    ? "Something went wrong here; the log has it. Try again, and tell the operator if it stays."
    : error.message;
}

/** Guessing tokens takes long. */
function createRefusals() {
  const counts = new Map<string, number>();
  let minute = 0;
  function renew(): void {
    const now = Math.floor(Date.now() / 60_000);
    if (now === minute) return;
    minute = now;
    counts.clear();
  }
  return {
    count(ip: string): void {
      renew();
      counts.set(ip, (counts.get(ip) ?? 0) + 1);
    },
    assertNotTooMany(ip: string): void {
      renew();
      if ((counts.get(ip) ?? 0) < MOST_REFUSED) return;
      throw Object.assign(new Error("Too many refused requests from your address: try again in a minute."), {
        statusCode: 429,
      });
    },
  };
}
