import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';
import { readInstant } from '../../core/requests/instant.ts';

const iso = GraphQLDateTimeISO.toConfig();

/** An instant; texts that name no moment are refused, answers are in UTC. */
export const DateTimeScalar = new GraphQLScalarType({
  ...iso,
  name: 'DateTime',
  description:
    'A date and time as an RFC 3339 string with an offset, e.g. `2026-05-02T16:20:55.871Z`, in the years 1 to 9999 of UTC; seconds may be left out. A date that no calendar has, e.g. 31 February, the hour 24 and leap seconds are refused. Answers are in UTC, with milliseconds.',
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
