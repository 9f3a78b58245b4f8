import swaggerUi from "@fastify/swagger-ui";

import type { Server } from "./server.ts";

/** As that of the other pages; the default one would turn plain http within a network into https. */
const CSP = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "font-src": "'self'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  "base-uri": "'none'",
};

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
      staticCSP: CSP,
      // Without the bar that would load other documents.
      uiConfig: { deepLinking: false, tryItOutEnabled: false, layout: "BaseLayout" },
      theme: { title: "API · vtip" },
    });
  });
}
