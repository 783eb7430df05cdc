FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

# The client is generated here and not by `npm start`, so that at run time the code is read-only.
COPY prisma.config.ts tsconfig.json ./
COPY prisma prisma
RUN npx prisma generate --no-hints

COPY schema.graphql ./
COPY src src
RUN install -d -o node -g node .data

USER node
ENV HOST=0.0.0.0 PORT=4000 DATA_DIR=/app/.data
VOLUME /app/.data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Node itself and not npm, which does not pass SIGTERM on in time for the sockets to be drained.
CMD ["node", "--import", "tsx", "src/main.ts"]
