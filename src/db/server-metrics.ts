import { collectDefaultMetrics } from 'prom-client';
import { createMetrics, type Metrics } from '../core/process/metrics.ts';
import type { Database } from './database.ts';

/** Creates the metrics of a server, which read the queues of its connections and its process. */
export function metricsOf({ queryPool, feedPool, identityPool }: Database): Metrics {
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  metrics.databaseWaiting.queries.read = () => queryPool.waiting;
  metrics.databaseWaiting.log.read = () => feedPool.waitingCount;
  metrics.databaseWaiting.identity.read = () => identityPool.waitingCount;
  return metrics;
}
