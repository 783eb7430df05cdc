import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Builds the pages that the server serves. Each `.html` of this folder is an entry; they share their chunks. */
export default defineConfig({
  root: inRepository('console'),
  plugins: [react()],
  resolve: {
    alias: [
      {
        find: /^@lockstep\/client\/(.+)$/,
        replacement: inRepository('packages/client/src/$1.ts'),
      },
      { find: /^@lockstep\/client$/, replacement: inRepository('packages/client/src/lockstep.ts') },
    ],
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The policy of the page allows no scripts and images that are written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: inRepository('console/index.html'),
        graphiql: inRepository('console/graphiql.html'),
        status: inRepository('console/status.html'),
      },
    },
  },
});
