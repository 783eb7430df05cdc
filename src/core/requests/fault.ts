/** The errors that a correct client must handle: they become `userErrors` of a mutation's payload. */
export type UserErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'VERSION_CONFLICT'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'LIMIT_REACHED'
  | 'IN_USE'
  | 'FORBIDDEN_CHANGE';

/** The variable parts of a message, by name. */
export type Params = Readonly<Record<string, string | number>>;

/** A refusal as its sentence, with `{name}` in the place of each variable part, and these parts. */
export interface Fault<Code extends UserErrorCode = UserErrorCode> {
  readonly code: Code;
  /** Tells the sentence from the others of its code. */
  readonly rule: string;
  readonly sentence: string;
  readonly params: Params;
}

type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The parts of a sentence but `field`: the place of a value in its input is known where the input is parsed. */
type PartsOf<Sentence extends string> = Exclude<NamesIn<Sentence>, 'field'>;

type FaultOf<Code extends UserErrorCode, Sentence extends string> = (
  ...parts: [PartsOf<Sentence>] extends [never]
    ? []
    : [params: { readonly [Name in PartsOf<Sentence>]: string | number }]
) => Fault<Code>;

/** The sentences of each code by rule. docs/errors.md lists them for clients that translate. */
const declared: { readonly code: UserErrorCode; readonly rule: string; readonly sentence: string }[] = [];

/**
 * Declares sentences of a code by their rules, and returns the functions that make faults of them. A client that knows
 * the sentence of a code and a rule makes the message from the params alone.
 */
export function sentences<Code extends UserErrorCode, const All extends Readonly<Record<string, string>>>(
  code: Code,
  all: All,
): { readonly [Rule in keyof All]: FaultOf<Code, All[Rule]> } {
  const faults = Object.entries(all).map(([rule, sentence]) => {
    declared.push({ code, rule, sentence });
    return [rule, (params: Params = {}): Fault<Code> => ({ code, rule, sentence, params })];
  });
  return Object.fromEntries(faults) as { readonly [Rule in keyof All]: FaultOf<Code, All[Rule]> };
}

/** Lists the sentences that were declared. */
export function declaredSentences(): typeof declared {
  return [...declared];
}

/** Fills the parts of a sentence in. */
export function fill(sentence: string, params: Params): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name]));
}
