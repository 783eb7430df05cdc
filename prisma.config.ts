import { defineConfig } from 'prisma/config';

// These commands are pure wasm, yet the CLI downloads the native schema engine for them. Naming any program as that
// engine keeps them working offline; `prisma migrate` still gets the real one.
const needsNoEngine = ['generate', 'validate', 'format'].some((command) => process.argv.includes(command));
if (needsNoEngine) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  // Written by scripts/generate.mjs: prisma/models with the folds of their texts.
  schema: 'prisma/generated',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost:5432/lockstep' },
});
