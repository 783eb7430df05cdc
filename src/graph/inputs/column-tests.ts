import type { InputFieldMap } from '@pothos/core';
import type { builder } from '../schema/builder.ts';

type FilterFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The tests that a filter of one kind of column offers. */
export type Tests = (t: FilterFields) => InputFieldMap;

/** Tests whether a value equals others of a type; `noun` is the word for one of them, `limit` ends it. */
export const equality =
  (type: string, noun: string, limit = ''): Tests =>
  (t) => {
    const one = type as 'String'; // any input type: Pothos knows only the names of its own
    return {
      equals: t.field({ type: one, description: `Equals this ${noun}${limit}.` }),
      notEquals: t.field({ type: one, description: `Does not equal this ${noun}${limit}.` }),
      in: t.field({ type: [one], description: `Equals one of these ${noun}s${limit}, at most 500.` }),
      notIn: t.field({ type: [one], description: `Equals none of these ${noun}s${limit}, at most 500.` }),
    };
  };

/** Tests on which side of others of a type a value is; `words` are those for the sides. */
export const ordering =
  (type: string, [more, less]: readonly [more: string, less: string] = ['greater', 'less']): Tests =>
  (t) => {
    const one = type as 'String'; // any input type: Pothos knows only the names of its own
    return {
      gt: t.field({ type: one, description: `Is ${more} than this.` }),
      gte: t.field({ type: one, description: `Is this or ${more}.` }),
      lt: t.field({ type: one, description: `Is ${less} than this.` }),
      lte: t.field({ type: one, description: `Is this or ${less}.` }),
    };
  };

/** Searches texts by their folds. */
export const search: Tests = (t) => ({
  contains: t.string({
    description:
      'Contains this string; case, width, accents of Latin and Greek letters, invisible characters and the amount of white space make no difference. At most 200 characters; none has a special meaning. An empty string matches everything.',
  }),
  startsWith: t.string({
    description: 'Starts with this string, compared as `contains` compares. At most 200 characters.',
  }),
});

/** Tests whether there is a value. */
export const absence: Tests = (t) => ({
  isNull: t.boolean({
    description:
      'Whether there is no value. Where there is none, of the other tests only `notEquals` and `notIn` hold, and `not` of the others.',
  }),
});

/** Offers several kinds of tests together. */
export const all =
  (...kinds: readonly Tests[]): Tests =>
  (t) =>
    Object.assign({}, ...kinds.map((tests) => tests(t)));
