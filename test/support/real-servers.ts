import { describe } from '@jest/globals';
import { isInstalled } from './servers/install-servers.ts';
import { findPostgresPrograms } from './servers/postgres-programs.ts';

/** `describe` for suites that need TEST_DATABASE_URL; skipped, and announced at the start of the run, without it. */
export const describeOnPostgres = process.env.TEST_DATABASE_URL ? describe : describe.skip;

/** `describe` for suites that need TEST_REDIS_URL. */
export const describeOnRedis = process.env.TEST_REDIS_URL ? describe : describe.skip;

/** `describe` for suites that start, crash and restart a PostgreSQL of their own. */
export const describeWithOwnPostgres = findPostgresPrograms() ? describe : describe.skip;

/** `describe` for suites that put a balancer with TLS before the nodes. */
export const describeBehindHaproxy =
  process.env.TEST_DATABASE_URL && isInstalled('haproxy') && isInstalled('openssl')
    ? describe
    : describe.skip;

/** `describe` for suites that start, crash and restart a Redis of their own. */
export const describeWithOwnRedis = isInstalled('redis-server') ? describe : describe.skip;
