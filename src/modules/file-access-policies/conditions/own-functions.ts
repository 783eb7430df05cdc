import { type ASTNode, type Environment, EvaluationError } from '@marcbachmann/cel-js';
import { readInstant } from '../../../core/requests/instant.ts';
import { childrenOf } from './syntax-tree.ts';
import { inZone } from './time-zones.ts';

// The library reads 31 February as 3 March, and computes the fields of a zone by way of the time zone of the server. It
// refuses to replace a function, so ours have names of their own while a condition is checked.
const OWN = 'own_';
const DAY_MS = 86_400_000;
/** The name of CEL for the type of instants. */
export const INSTANT = 'google.protobuf.Timestamp';
const IS_SYNC = { async: false };

const dayOfYear = (time: Date) => {
  const first = new Date(time.getTime());
  first.setUTCMonth(0, 1);
  return Math.round((time.getTime() - first.getTime()) / DAY_MS);
};

/** The fields of an instant, on the clocks that `inZone` shows. Months and most days count from zero, as CEL says. */
const FIELDS: Readonly<Record<string, (time: Date) => number>> = {
  getFullYear: (time) => time.getUTCFullYear(),
  getMonth: (time) => time.getUTCMonth(),
  getDate: (time) => time.getUTCDate(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: (time) => time.getUTCHours(),
  getMinutes: (time) => time.getUTCMinutes(),
  getSeconds: (time) => time.getUTCSeconds(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
};

/** Registers our functions in place of those of the library that `withOwnFunctions` binds them to. */
export function registerOwnFunctions(environment: Environment): Environment {
  environment
    .registerFunction(`${OWN}timestamp(string): ${INSTANT}`, requireInstant, IS_SYNC)
    .registerFunction(`${OWN}timestamp(int): ${INSTANT}`, instantAfter, IS_SYNC)
    .registerFunction(
      `${INSTANT}.${OWN}getDayOfYear(): int`,
      (time: Date) => BigInt(dayOfYear(requireDate(time))),
      IS_SYNC,
    );
  for (const [name, read] of Object.entries(FIELDS)) {
    const field = (time: Date, zone: string) => BigInt(read(requireInZone(requireDate(time), zone)));
    environment.registerFunction(`${INSTANT}.${OWN}${name}(string): int`, field, IS_SYNC);
  }
  return environment;
}

function requireInstant(text: string): Date {
  const time = readInstant(text);
  if (time) return time;
  throw new EvaluationError({
    code: 'invalid_timestamp',
    message: `${JSON.stringify(text)} is no date that exists with a time and an offset`,
  });
}

/** Returns the instant this many seconds after the beginning of 1970. */
function instantAfter(seconds: bigint): Date {
  const time = new Date(1_000 * Number(seconds));
  return requireInstant(Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString());
}

/** A sum of an instant and a duration can lie beyond all dates. */
function requireDate(time: Date): Date {
  if (!Number.isNaN(time.getTime())) return time;
  throw new EvaluationError({ code: 'numeric_overflow', message: 'the time is out of range' });
}

function requireInZone(time: Date, zone: string): Date {
  const clocks = inZone(time, zone);
  if (clocks) return clocks;
  throw new EvaluationError({
    code: 'no_such_time_zone',
    message: `there is no time zone ${JSON.stringify(zone)}`,
  });
}

/**
 * Checks an expression so that it calls our functions. The check binds every call to a function, and an evaluation does
 * not read the name again, so the names are restored: messages and everything else read what the author wrote.
 */
export function withOwnFunctions<Result>(expression: ASTNode, check: () => Result): Result {
  const calls = replacedCalls(expression).map((node) => ({ node, args: node.args }));
  for (const { node, args } of calls) Object.assign(node, { args: [OWN + args[0], ...args.slice(1)] });
  try {
    return check();
  } finally {
    for (const { node, args } of calls) Object.assign(node, { args });
  }
}

/** Restores the names of functions in a message of the library. */
export function withoutOwnNames(message: string): string {
  return message.replaceAll(OWN, '');
}

type Call = Extract<ASTNode, { op: 'call' | 'rcall' }>;

function replacedCalls(node: ASTNode): Call[] {
  const inner = childrenOf(node).flatMap(replacedCalls);
  return isReplaced(node) ? [node, ...inner] : inner;
}

function isReplaced(node: ASTNode): node is Call {
  if (node.op === 'call') return node.args[0] === 'timestamp';
  if (node.op !== 'rcall') return false;
  const [name, , args] = node.args;
  return zoneArgument(node) !== undefined || (args.length === 0 && name === 'getDayOfYear');
}

/** Returns the time zone in a call of a method of instants; undefined if there is none. */
export function zoneArgument({
  args: [name, , args],
}: Extract<ASTNode, { op: 'rcall' }>): ASTNode | undefined {
  return Object.hasOwn(FIELDS, name) && args.length === 1 ? args[0] : undefined;
}
