/** Replies of a Redis that answers and cannot do its work, e.g. of a primary that was demoted and kept its connections. */
const REFUSALS = [
  'READONLY',
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'OOM',
  'NOPERM',
  'NOAUTH',
];

// Before version 7, Redis quotes the reply in the middle of the error of a script, after a hyphen.
const REFUSAL = new RegExp(`(?:^|-)(?:${REFUSALS.join('|')})\\b`);

/** Tells whether an error reply means that Redis is unavailable, and not that the command was wrong. */
export function isRedisRefusal({ message }: Error): boolean {
  return REFUSAL.test(message);
}
