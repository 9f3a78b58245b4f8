import swaggerUi from "@fastify/swagger-ui";

import type { Server } from "./server.ts";

/** `GET /api/openapi.json`, and `/api/docs`, a page that shows it. Both say nothing but what this page of code does. */
export async function addDocs(server: Server): Promise<void> {
  const config = { access: "open" } as const;
  server.get("/api/openapi.json", { config, schema: { hide: true } }, async () => server.swagger());
  await server.register(async (inner) => {
    inner.addHook("onRoute", (route) => {
      route.config = { ...route.config, ...config };
    });
    await inner.register(swaggerUi, {
      routePrefix: "/api/docs",
      staticCSP: true,
      uiConfig: { deepLinking: false, tryItOutEnabled: false },
    });
  });
}
