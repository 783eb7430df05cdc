import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresServer } from '../../test/support/servers/postgres-server.ts';
import type { FaultCounts } from './fault-counts.ts';
import type { Options } from './options.ts';

/**
 * Restarts PostgreSQL as often as asked. `immediate` is a crash: sessions end in mid-statement, and what was
 * acknowledged is recovered. `fast` calls every transaction off and leaves nothing to recover.
 */
export async function breakDatabase(
  postgres: PostgresServer,
  { seconds, databaseRestarts }: Options,
  counts: FaultCounts,
): Promise<void> {
  for (let restart = 0; restart < databaseRestarts; restart += 1) {
    await pause((seconds * 1_000) / (databaseRestarts + 1));
    const isCrash = restart % 2 === 0;
    await postgres.restart(isCrash ? 'immediate' : 'fast');
    counts[isCrash ? 'crashes' : 'restarts'] += 1;
  }
}
