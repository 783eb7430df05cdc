import { isNativeError } from 'node:util/types';
import { type DestinationStream, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { databaseTexts, withoutTexts } from './database-texts.ts';
import type { Log } from './log.ts';
import { NAME_OF_A_SECRET } from './secret-names.ts';

const STANDARD_ERROR = 2;
const MAX_DEPTH = 6;

/**
 * Makes a logger that writes one line of JSON per event to standard error. Messages for people go to standard output.
 * JSON escapes line breaks and control characters, so no value can forge a line.
 *
 * Fields with the name of a secret are left out, in errors too: a database driver attaches the failed command with its
 * arguments to its errors. Of what PostgreSQL says in an error only its code, its constraint and the like are written
 * where the sentence can repeat a value.
 */
export function jsonLog(
  level: string,
  destination: DestinationStream = pino.destination(STANDARD_ERROR),
): Log {
  return pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (error) => error }, // by then an error is plain fields, without secrets
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => Object.fromEntries(Object.entries(fields).map((field) => withoutSecret(field, 0))),
      },
    },
    destination,
  );
}

function withoutSecret(
  [name, value]: [string, unknown],
  depth: number,
  said: readonly string[] = [],
): [string, unknown] {
  return [name, NAME_OF_A_SECRET.test(name) ? '[secret]' : withoutSecrets(value, depth + 1, said)];
}

function withoutSecrets(value: unknown, depth: number, said: readonly string[]): unknown {
  if (isNativeError(value)) {
    const texts = [...said, ...databaseTexts(value)].toSorted((one, other) => other.length - one.length);
    return withoutSecrets(stdSerializers.err(value), depth, texts);
  }
  if (typeof value === 'string') return withoutTexts(value, said);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1, said));
  return Object.fromEntries(Object.entries(value).map((field) => withoutSecret(field, depth, said)));
}
