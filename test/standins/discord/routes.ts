import { interactionRoutes } from "./interaction-routes.ts";
import { messageRoutes } from "./message-routes.ts";
import type { Parts } from "./parts.ts";
import type { Handler, Handlers } from "./request.ts";
import { commandRoutes, worldRoutes } from "./world-routes.ts";

/** The name under which the files of messages are traced and spoilt. */
export const DOWNLOAD = "download";

/** A route that a request takes. */
export interface Route {
  readonly name: string;
  readonly ids: readonly string[];
  readonly handler: Handler;
}

/** Every route of the REST API. */
export interface Routes {
  /** `path` is without `/api/v10`. */
  find(method: string, path: string): Route | null;
  has(name: string): boolean;
}

export function createRoutes(parts: Parts): Routes {
  const handlers: Handlers = {
    ...worldRoutes(parts),
    ...commandRoutes(parts),
    ...messageRoutes(parts),
    ...interactionRoutes(parts),
  };
  const compiled = Object.entries(handlers).map(([name, handler]) => ({
    name,
    handler,
    pattern: patternOf(name),
  }));
  return {
    find(method, path) {
      for (const { name, handler, pattern } of compiled) {
        const match = pattern.exec(`${method} ${path}`);
        if (match !== null) return { name, handler, ids: match.slice(1) };
      }
      return null;
    },
    has: (name) => name === DOWNLOAD || name in handlers,
  };
}

function patternOf(name: string): RegExp {
  const source = name.replaceAll(":id", String.raw`(\d+)`).replaceAll(/:\w+/g, "([^/]+)");
  return new RegExp(`^${source}$`);
}
