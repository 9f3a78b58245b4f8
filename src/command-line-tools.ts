import type { Config } from "./config.ts";
import type { CommandLineTools } from "./contract.ts";
import type { Env } from "./env.ts";
import { UserError } from "./errors.ts";
import { readVersion } from "./version.ts";

/** Gives the command line the core, loading no more of it than the command needs: `--version` is to be quick. */
export function createCommandLineTools(readProcessEnv: () => Env): CommandLineTools {
  let known: Env | null = null;
  function env(): Env {
    known ??= readProcessEnv();
    return known;
  }
  async function config(): Promise<Config> {
    const { readConfig } = await import("./config.ts");
    return readConfig(env());
  }
  return {
    version: readVersion(),
    isDebug() {
      try {
        return ["debug", "trace"].includes(env()["LOG_LEVEL"] ?? "");
      } catch {
        return false;
      }
    },
    toUserError: (error) => (error instanceof UserError ? error : null),
    async extract(input) {
      const { extractFrom } = await import("./commands/extract.ts");
      return extractFrom(input);
    },
    async openCore({ demo, onProblem }) {
      const [{ openCore }, { readConfig }] = await Promise.all([import("./core.ts"), import("./config.ts")]);
      return openCore(readConfig(demo?.env ?? env()), { isDemo: demo !== undefined, onProblem });
    },
    async updateWarningLists() {
      const { updateWarningLists } = await import("./commands/warning-lists.ts");
      return updateWarningLists(await config());
    },
    async moveRecords() {
      const { moveRecords } = await import("./records/move.ts");
      return moveRecords(await config());
    },
    async startDemo() {
      const { startDemo } = await import("./demo/demo.ts");
      return startDemo();
    },
    async serveDemo(demo, signal, onNotice) {
      const { serveDemo } = await import("./demo/demo-console.ts");
      return serveDemo({ ...demo.env, HTTP_PORT: env()["HTTP_PORT"] ?? "" }, signal, onNotice);
    },
    async serve(signal, onNotice) {
      const { serve } = await import("./serve.ts");
      return serve({ env: env(), signal, onNotice });
    },
  };
}
