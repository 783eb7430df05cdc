import type { Config } from '../config/config.ts';
import { databaseFindings } from './database-findings.ts';
import { type Finding, note, ok } from './finding.ts';
import { redisFindings } from './redis-findings.ts';

/**
 * Looks at everything that a start needs, and changes nothing: the settings, which are read by now, the database with its
 * rights and its locale, and Redis.
 */
export async function check(config: Config): Promise<Finding[]> {
  const { databaseUrl, redisUrl } = config;
  const [database, redis] = await Promise.all([
    databaseUrl
      ? databaseFindings({ ...config, databaseUrl })
      : [note(`The database is the embedded one in ${config.dataDir}: for one node, and without fsync.`)],
    redisUrl
      ? redisFindings(redisUrl)
      : [note('There is no REDIS_URL: one node needs none, several find changes by polling alone.')],
  ]);
  return [ok('The settings are valid.'), ...database, ...redis];
}
