import { z } from 'zod';
import { ENUMS } from '../../generated/models.ts';
import { REFUSED, refusing } from './input-faults.ts';
import { instant, moneyAmount, wholeNumber } from './input-numbers.ts';
import { emailAddress, optionalText, requiredText } from './input-text.ts';
import { isSeen } from './read-text.ts';

/**
 * Whether a field may be left out. `required`: not at creation. `optional`: at any time, and null removes the value.
 * `default`: at creation, where the database or the command then chooses a value.
 */
export type Presence = 'required' | 'optional' | 'default';

/**
 * The only declaration of a field of an input: its validation, its GraphQL type, and its description with the limits
 * come from it. `Out` is the value that commands receive, `In` the value that clients send.
 */
export interface InputField<Out, In, When extends Presence = 'required'> {
  readonly presence: When;
  /** The name of the GraphQL type; of a list, that of its elements. */
  readonly graphqlType: string;
  readonly isList: boolean;
  /** For ids: the type whose rows they identify. */
  readonly idOf?: string;
  /** The meaning of the value, without a full stop. */
  readonly description: string;
  /** The limits, e.g. "at most 200 characters". */
  readonly limits: readonly string[];
  /** The effect of leaving the field out at creation, e.g. "TRIAL by default". */
  readonly absent?: string;
  /** The check of a value that is present. */
  readonly check: () => z.ZodType<Out, In>;
}

type Options = { readonly limits?: readonly string[]; readonly idOf?: string; readonly isList?: boolean };

function field<Out, In>(
  graphqlType: string,
  description: string,
  check: () => z.ZodType<Out, In>,
  { limits = [], isList = false, idOf }: Options = {},
): InputField<Out, In> {
  return {
    presence: 'required',
    graphqlType,
    isList,
    description,
    limits,
    check,
    ...(idOf !== undefined && { idOf }),
  };
}

/** A text that shows something; of one line, unless it `hasLines`. */
export function text(
  description: string,
  { max = 200, hasLines = false }: { readonly max?: number; readonly hasLines?: boolean } = {},
) {
  const check = () => requiredText(max, { hasLines });
  return field('String', description, check, { limits: [charactersAtMost(max)] });
}

/** A text of any number of lines; an empty one counts as null. Use it within `optional`. */
export function longText(description: string, { max = 10_000 }: { readonly max?: number } = {}) {
  const check = () => optionalText(max);
  return field('String', description, check, { limits: [charactersAtMost(max)] });
}

/** Counts an empty text as null, as forms send it. Use it within `optional`. */
export function emptyAsNull(of: InputField<string, string>): InputField<string | null, string> {
  const check = () =>
    z
      .string()
      .transform((value) => (isSeen(value) ? value : null))
      .pipe(of.check().nullable());
  return { ...of, check };
}

/** A short name for URLs. */
export function slug(description: string) {
  const check = () =>
    z.string().refine((value) => /^[a-z0-9-]{2,50}$/.test(value), refusing(REFUSED.NO_SLUG()));
  return field('String', description, check, { limits: ['2 to 50 of `a-z`, `0-9` and hyphens'] });
}

/** An e-mail address. */
export function email(description: string) {
  return field('String', description, emailAddress);
}

/** A whole number; unless `max` is given, the largest is GraphQL's largest Int. */
export function integer(
  description: string,
  { min = 0, max }: { readonly min?: number; readonly max?: number } = {},
) {
  const limits = max === undefined ? [] : [`${min} to ${max.toLocaleString('en-US')}`];
  return field('Int', description, () => wholeNumber({ min, ...(max !== undefined && { max }) }), { limits });
}

/** An amount of money, in the smallest unit of its currency. */
export function money(description: string, { min = 0 }: { readonly min?: number } = {}) {
  return field('MoneyInput', description, () => moneyAmount(min), {
    limits: min > 0 ? ['greater than zero'] : [],
  });
}

/** A truth value. */
export function flag(description: string) {
  return field('Boolean', description, () =>
    z.custom<boolean>((value) => typeof value === 'boolean', refusing(REFUSED.NO_TRUTH_VALUE())),
  );
}

/** A time. */
export function time(description: string) {
  return field('DateTime', description, instant);
}

/** The id of a row that the GraphQL type `type` shows. The command finds out whether the row exists. */
export function idOf(type: string, description: string) {
  return field('ID', description, () => z.string(), { idOf: type });
}

/** A value of a database enum. */
export function choice<Name extends keyof typeof ENUMS>(name: Name, description: string) {
  return field(name, description, () => oneOf<(typeof ENUMS)[Name][number]>(ENUMS[name]));
}

/** A value of several fields, of an input type that the room declares with the same input. */
export function nested<Out, In>(
  graphqlType: string,
  description: string,
  { schema }: { readonly schema: z.ZodType<Out, In> },
) {
  return field(graphqlType, description, () => schema);
}

/** One of some values. */
export function oneOf<Value extends string>(values: readonly Value[]) {
  const fault = REFUSED.NOT_ONE_OF({ values: values.join(', ') });
  return z.custom<Value>((value) => values.includes(value as Value), refusing(fault));
}

/** A text that `check` checks, if no other kind of field describes it. */
export function checkedText<Out>(
  description: string,
  check: () => z.ZodType<Out, string>,
  limits: readonly string[] = [],
) {
  return field('String', description, check, { limits });
}

/** A list of values that `of` describes and checks; a value that is repeated counts once, also towards `max`. */
export function listOf<Out, In>(
  of: InputField<Out, In>,
  { max }: { readonly max: number },
): InputField<Out[], readonly In[]> {
  const check = () => {
    const element = of.check();
    return z.array(z.custom<In>()).transform((given, context) => {
      // The values are counted before they are checked: a list can have as many as fit into a request.
      const distinct = [...new Set(given)];
      if (distinct.length > max) {
        context.addIssue({ code: 'custom', ...refusing(REFUSED.TOO_MANY_VALUES({ max })) });
        return z.NEVER;
      }
      const checked = distinct.map((value) => ({ at: given.indexOf(value), ...element.safeParse(value) }));
      for (const { at, error } of checked) {
        for (const issue of error?.issues ?? []) context.addIssue({ ...issue, path: [at, ...issue.path] });
      }
      return [...new Set(checked.map(({ data }) => data as Out))];
    });
  };
  const limits = [`at most ${max}`, ...of.limits.map((limit) => `each ${limit}`)];
  return { ...of, isList: true, limits, check };
}

/** A field that may be left out; null removes its value. */
export function optional<Out, In>(
  of: InputField<Out, In>,
  absent?: string,
): InputField<Out | null, In, 'optional'> {
  return { ...of, presence: 'optional', ...(absent !== undefined && { absent }) };
}

/**
 * A field that may be left out at creation; `absent` says what its value is then. It can be changed but not removed.
 */
export function defaulted<Out, In>(of: InputField<Out, In>, absent: string): InputField<Out, In, 'default'> {
  return { ...of, presence: 'default', absent };
}

function charactersAtMost(max: number): string {
  return `at most ${max.toLocaleString('en-US')} characters`;
}
