import { GraphQLError, GraphQLScalarType, Kind, print, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';
import { MAX_MINOR_UNITS } from '../../core/requests/input-numbers.ts';
import { readInstant } from '../../core/requests/instant.ts';

const iso = GraphQLDateTimeISO.toConfig();

/** An instant; texts that name no moment are refused, answers are in UTC. */
export const DateTimeScalar = new GraphQLScalarType({
  ...iso,
  name: 'DateTime',
  description:
    'A date and time as an RFC 3339 string with an offset, e.g. `2026-05-02T16:20:55.871Z`, in the years 1 to 9999 of UTC; seconds may be left out. A date that no calendar has, e.g. 31 February, the hour 24 and leap seconds are refused. Times are kept and compared to the millisecond; digits beyond are cut off. Answers are in UTC.',
  parseValue: requireInstant,
  parseLiteral: (node) => requireInstant(node.kind === Kind.STRING ? node.value : null),
});

function requireInstant(written: unknown): Date {
  const time = typeof written === 'string' ? readInstant(written) : null;
  if (time) return time;
  throw new GraphQLError(
    'A DateTime is a date that exists and a time with an offset, e.g. "2026-05-02T16:20:00Z", in the years 1 to 9999 of UTC.',
  );
}

/**
 * A currency by its ISO 4217 code. It parses any text: a code that does not exist is a fault of the user, which the
 * command answers in `userErrors` with the faults of the other fields.
 */
export const CurrencyCodeScalar = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  serialize: String,
  parseValue: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('A currency is a string.');
    return value;
  },
  description: 'A currency as its ISO 4217 code, e.g. `EUR`.',
  specifiedByURL: 'https://en.wikipedia.org/wiki/ISO_4217',
});

/**
 * An amount of money in minor units. GraphQL's Int ends at 2^31 - 1, which is 21 million of a currency with cents; above
 * 2^53 - 1 clients that read JSON into doubles would round. Each field says whether its amounts can be negative.
 */
export const MinorUnitsScalar = new GraphQLScalarType<number, number>({
  name: 'MinorUnits',
  description: `An amount of money as a whole number of the smallest unit of its currency, e.g. cents, in JSON a number. It is at most ${MAX_MINOR_UNITS} (2^53 - 1), so that every client reads it exactly.`,
  serialize: (value) => requireMinorUnits(value),
  parseValue: (value) => requireMinorUnits(value),
  parseLiteral: (node) => {
    const value = node.kind === Kind.INT ? Number(node.value) : undefined;
    return requireMinorUnits(value, node);
  },
});

function requireMinorUnits(value: unknown, node?: ValueNode): number {
  if (typeof value === 'number' && Math.abs(value) <= MAX_MINOR_UNITS && Number.isInteger(value))
    return value === 0 ? 0 : value; // -0 equals 0, but is another value to `Object.is`
  const found = node ? `${print(node)} is no amount: ` : '';
  const limits = `MinorUnits must be a whole number from -${MAX_MINOR_UNITS} to ${MAX_MINOR_UNITS}, without quotes, fraction or exponent.`;
  throw new GraphQLError(`${found}${limits}`, { nodes: node ?? null });
}

/** Any value, for fields whose type differs from row to row. */
export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value: a string, a number, a boolean, a list, an object, or null.',
});

/** A signed position in a feed. Clients store it and send it back unchanged. */
export const CursorScalar = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  description:
    'An opaque position in a feed. Store it and pass it as `after`. Clients can neither create nor read a cursor.',
  serialize: String,
  parseValue: (value) => {
    if (typeof value !== 'string') throw new GraphQLError('A cursor is a string.');
    return value;
  },
});
