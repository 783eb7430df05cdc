import { expect, test } from '@jest/globals';
import { isRedisRefusal } from '../../src/changes/redis-refusal.ts';

/** The texts of Redis 5 and 7. */
const REFUSALS = [
  "READONLY You can't write against a read only replica.",
  "READONLY You can't write against a read only replica. script: 1f2e, on @user_script:1.",
  "ERR Error running script (call to f_1f2e): @user_script:1: @user_script: 1: -READONLY You can't write against a read only slave.",
  'LOADING Redis is loading the dataset in memory',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'CLUSTERDOWN Hash slot not served',
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
  'NOREPLICAS Not enough good replicas to write.',
  "OOM command not allowed when used memory > 'maxmemory'.",
  "NOPERM this user has no permissions to run the 'evalsha' command",
  'NOAUTH Authentication required.',
];

/** Faults of a command, after which the connection is as good as before. */
const FAULTS = [
  'ERR unknown command',
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  'NOSCRIPT No matching script. Please use EVAL.',
  'Command timed out',
];

test.each(REFUSALS)('19: a reply counts as an unavailable Redis: %s', (text) => {
  expect(isRedisRefusal(new Error(text))).toBe(true);
});

test.each(FAULTS)('an error of a command does not: %s', (text) => {
  expect(isRedisRefusal(new Error(text))).toBe(false);
});
