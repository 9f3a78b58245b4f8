import { createPostgres } from "../../test/engines/postgres.ts";
import { createRedis } from "../../test/engines/redis.ts";
import { type Relay, startRelay } from "./relay.ts";

/** What several processes share: servers of their own, on loopback. */
export interface Engines {
  readonly postgres: Restartable;
  readonly redis: Restartable;
  /** The ways of the processes to both, in their order; that of the command line comes last. */
  readonly lines: readonly Line[];
  /** New, empty records and cache for a house. */
  next(): Shared;
  stop(): Promise<void>;
}

/** A server that can be ended and started again with what it has. */
interface Restartable {
  start(): Promise<void>;
  stop(signal?: "SIGKILL"): Promise<void>;
}

/** The way of one process to both servers. */
export type Line = Readonly<Record<"postgres" | "redis", Relay>>;

/** Where a house has its records and its cache. */
interface Shared {
  /** Beside all relays. */
  readonly databaseUrl: string;
  /** What a process is started with, over its line. */
  env(line: number): Readonly<Record<"DATABASE_URL" | "REDIS_URL", string>>;
}

/** That serve; the command line is one more. */
export const PROCESSES = 3;

/** @throws Error where one of them is not installed. */
export async function startEngines(folder: string): Promise<Engines> {
  const postgres = await createPostgres(folder);
  const redis = await createRedis(folder);
  if (postgres === null || redis === null)
    throw new Error("--shared needs PostgreSQL and redis-server (Debian's packages).");
  await postgres.start();
  await redis.start();
  const lines = await Promise.all(
    Array.from({ length: PROCESSES + 1 }, async () => ({
      postgres: await startRelay(postgres.port),
      redis: await startRelay(redis.port),
    })),
  );
  let houses = 0;
  return {
    postgres,
    redis,
    lines,
    next() {
      houses += 1;
      const databaseUrl = postgres.databaseUrl(`house_${houses}`);
      // Redis has sixteen databases; that of a house long gone is used again, with other indicators.
      const redisUrl = `${redis.url}/${houses % 16}`;
      return {
        databaseUrl,
        env: (line) => ({
          DATABASE_URL: over(databaseUrl, lines[line]?.postgres),
          REDIS_URL: over(redisUrl, lines[line]?.redis),
        }),
      };
    },
    async stop() {
      await Promise.all(lines.flatMap((line) => [line.postgres.stop(), line.redis.stop()]));
      await redis.stop("SIGKILL");
      await postgres.stop("SIGKILL");
    },
  };
}

function over(address: string, relay: Relay | undefined): string {
  if (relay === undefined) return address;
  const url = new URL(address);
  url.port = String(relay.port);
  return url.href;
}
