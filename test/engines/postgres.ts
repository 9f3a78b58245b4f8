import { execFileSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { freePort } from "../free-port.ts";
import { giveTo, gone, isRoot, postgresPrograms, startProgram, untilPrinted, type Engine } from "./engine.ts";

/** Quick, since nothing of it outlives the machine; what is committed outlives a crash of the server. */
const SETTINGS = ["fsync=off", "full_page_writes=off", "max_connections=200"];

/** A PostgreSQL of its own in `folder`. `databaseUrl` makes an empty database and gives its address. */
export interface Postgres extends Engine {
  databaseUrl(name: string): string;
}

/** Null where PostgreSQL is not installed: who calls says so. Nothing runs until it is started. */
export async function createPostgres(folder: string): Promise<Postgres | null> {
  const programs = postgresPrograms();
  if (programs === null) return null;
  const user = isRoot ? postgresUser() : {};
  const data = join(folder, "postgres");
  mkdirSync(data);
  chmodSync(folder, 0o755);
  if (isRoot) giveTo(data, postgresUser());
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "vtip", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...user, stdio: "pipe", cwd: "/" },
  );
  const port = await freePort();
  let child: ChildProcess | null = null;
  return {
    port,
    url: `postgres://vtip@127.0.0.1:${port}/postgres`,
    async start() {
      const settings = [
        ...SETTINGS,
        `port=${port}`,
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
      ];
      child = startProgram(
        join(programs, "postgres"),
        ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
        user,
      );
      await untilPrinted(child, /ready to accept connections/u, "postgres");
    },
    async stop(signal) {
      if (child === null) return;
      // SIGINT is its fast shutdown: who is connected is cut off.
      child.kill(signal === undefined ? "SIGINT" : "SIGQUIT");
      await gone(child);
    },
    databaseUrl: (name) => newDatabase(port, name, "template0"),
  };
}

/** Makes a database like `template` on the server that listens to `port`, and gives its address. */
export function newDatabase(port: number, name: string, template: string): string {
  const programs = postgresPrograms();
  if (programs === null) throw new Error("PostgreSQL is not installed");
  const words = ["-h", "127.0.0.1", "-p", String(port), "-U", "vtip", "-T", template, name];
  execFileSync(join(programs, "createdb"), words, { stdio: "pipe" });
  return `postgres://vtip@127.0.0.1:${port}/${name}`;
}

function postgresUser(): { readonly uid: number; readonly gid: number } {
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}
