import { inWords } from '../../lib/in-words.ts';
import { pluralOf } from '../../lib/plural-of.ts';

/** The errors that a correct client must handle: they become `userErrors` of a mutation's payload. */
export type UserErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'VERSION_CONFLICT'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'LIMIT_REACHED'
  | 'IN_USE'
  | 'FORBIDDEN_CHANGE'
  | 'MODULE_DISABLED';

/** The codes in `errors[].extensions.code`. */
export type RequestErrorCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'QUERY_TOO_COMPLEX'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'CURSOR_EXPIRED'
  | 'CURSOR_INVALID'
  | 'MODULE_DISABLED'
  | 'SUBSCRIPTION_REVOKED'
  | 'TOKEN_EXPIRED'
  | 'DISCONNECTED'
  | 'TRY_AGAIN'
  | 'INTERNAL_SERVER_ERROR';

export type ErrorCode = UserErrorCode | RequestErrorCode;

/** The data in a message, by name: numbers, names of the API, values of its enums, texts of the client; no words. */
export type Params = Readonly<Record<string, string | number>>;

/** A refusal as its sentence, with `{name}` in the place of each variable part, and these parts. */
export interface Fault<Code extends ErrorCode = ErrorCode> {
  readonly code: Code;
  /** The name of the sentence; no other sentence has it. */
  readonly rule: string;
  readonly sentence: string;
  readonly params: Params;
  /** The words of a library in the place of `{explanation}`. They are no data, so a client that translates has none. */
  readonly explanation?: string;
}

type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The parts of a sentence but `field`: the place of a value in its input is known where the error is made. */
type PartsOf<Sentence extends string> = Exclude<NamesIn<Sentence>, 'field'>;

type FaultOf<Code extends ErrorCode, Sentence extends string> = (
  ...parts: [PartsOf<Sentence>] extends [never]
    ? []
    : [parts: { readonly [Name in PartsOf<Sentence>]: string | number }]
) => Fault<Code>;

/** The sentences of each code by rule. docs/errors.md lists them for clients that translate. */
const declared: { readonly code: ErrorCode; readonly rule: string; readonly sentence: string }[] = [];

/**
 * Declares sentences of a code by their rules, and returns the functions that make faults of them. There is no other way
 * to make an error for clients, so every error has a rule. A client that knows the sentence of a rule makes the message
 * from the params alone.
 */
export function sentences<Code extends ErrorCode, const All extends Readonly<Record<string, string>>>(
  code: Code,
  all: All,
): { readonly [Rule in keyof All]: FaultOf<Code, All[Rule]> } {
  const faults = Object.entries(all).map(([rule, sentence]) => {
    declared.push({ code, rule, sentence });
    return [
      rule,
      ({ explanation, ...params }: Params = {}): Fault<Code> => ({
        code,
        rule,
        sentence,
        params,
        ...(explanation !== undefined && { explanation: String(explanation) }),
      }),
    ];
  });
  return Object.fromEntries(faults) as { readonly [Rule in keyof All]: FaultOf<Code, All[Rule]> };
}

/** Lists the sentences that were declared. */
export function declaredSentences(): typeof declared {
  return [...declared];
}

/** The message of a fault. */
export function messageOf({ sentence, params, explanation = '' }: Omit<Fault, 'code' | 'rule'>): string {
  const parts: Params = { ...params, explanation };
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(name, String(parts[name])));
}

/** A message shows the names of GraphQL types in words: `{type}` as "unit", `{types}` as "units". */
function shown(name: string, value: string): string {
  if (name === 'type') return inWords(value);
  return name === 'types' ? pluralOf(inWords(value)) : value;
}
