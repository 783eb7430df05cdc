FROM node:20-bookworm-slim AS build
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

COPY prisma.config.ts tsconfig.json tsconfig.build.json codegen.ts schema.graphql ./
COPY scripts/build-console.mjs scripts/folded-models.mjs scripts/generate.mjs scripts/minor-units.mjs scripts/model-generator.mjs scripts/
COPY prisma prisma
COPY packages/client packages/client
COPY console console
RUN npm run console
COPY src src
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY prisma/migrations prisma/migrations
COPY scripts/erase-again.mjs scripts/
COPY --from=build /app/dist dist
COPY --from=build /app/console/dist console/dist
RUN install -d -o node -g node .data

USER node
# On this address demo data is served only with DEMO=1 and DEMO_PUBLIC=1.
ENV HOST=0.0.0.0 PORT=4000 DATA_DIR=/app/.data
VOLUME /app/.data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Node itself and not npm, which does not pass SIGTERM on in time for the sockets to be drained.
CMD ["node", "--enable-source-maps", "dist/main.js"]
