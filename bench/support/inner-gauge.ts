// Loaded into a measured process beside its program (`--expose-gc --import`): it measures what is invisible outside. It
// listens on GAUGE_PORT and costs nothing until it is asked.

import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopDelay, Memory } from './gauge.ts';

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

const ANSWERS: Readonly<Record<string, () => Memory | LoopDelay | object>> = {
  '/collect': () => {
    globalThis.gc?.();
    return {};
  },
  '/memory': () => {
    const { rss, heapUsed } = process.memoryUsage();
    return { rssBytes: rss, heapBytes: heapUsed };
  },
  '/resources': () => {
    const counts: Record<string, number> = {};
    for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  },
  '/loop-delay/start': () => {
    delay.reset();
    delay.enable();
    return {};
  },
  '/loop-delay/stop': () => {
    delay.disable();
    return { p99Ms: delay.percentile(99) / NANOSECONDS_PER_MS, maxMs: delay.max / NANOSECONDS_PER_MS };
  },
};

createServer(({ url = '' }, response) => {
  response.end(JSON.stringify(ANSWERS[url]?.() ?? {}));
})
  .listen(Number(process.env.GAUGE_PORT), '127.0.0.1')
  .unref();
