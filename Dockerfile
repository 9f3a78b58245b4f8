# vtip as an image. How it is run: docs/deployment.md, "In a container".
ARG NODE_VERSION=22.23.3

FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Packages run no scripts of their own, but for three: two fetch or compile SQLite, the third brings the bundler.
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && npm rebuild --ignore-scripts=false better-sqlite3 sqlite3 esbuild
COPY build.mjs tsconfig.json ./
COPY src src
COPY adapters adapters
RUN node build.mjs && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:${NODE_VERSION}-bookworm-slim
# As process 1 it passes signals on from the first moment, and buries what a BLOCK_COMMAND leaves behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node -m 0750 /data /lists
COPY --from=build /app/package.json /app/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/dist /app/dist
# HTTP_PORT opens the console within the container alone, for the health check; HTTP_HOST and HTTP_TOKEN open it to others.
ENV NODE_ENV=production \
  DATA_DIR=/data \
  WHITELIST_FILE=/lists/whitelist.txt \
  BLACKLIST_FILE=/lists/blacklist.txt \
  LOG_FILE=- \
  HTTP_PORT=5000
VOLUME ["/data", "/lists"]
WORKDIR /data
EXPOSE 5000
USER 1000:1000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "/app/dist/main.js"]
CMD ["serve"]
