import type { ValueKind } from './value-kinds.ts';

/** One environment variable. */
export interface Setting<Value> {
  readonly variable: string;
  readonly kind: ValueKind<Value>;
  /** The value when the variable is absent or empty. */
  readonly fallback: Value;
  /** The fallback in words, for the README. */
  readonly unset: string;
  readonly description: string;
}

/** A variable with a value that is used when it is absent. */
export function setting<Value extends string | number>(
  variable: string,
  kind: ValueKind<Value>,
  fallback: NoInfer<Value>,
  description: string,
): Setting<Value> {
  return { variable, kind, fallback, unset: `\`${fallback}\``, description };
}

/** A variable that may be absent; `unset` says what happens then. */
export function optional<Value>(
  variable: string,
  kind: ValueKind<Value>,
  unset: string,
  description: string,
): Setting<Value | undefined> {
  return { variable, kind, fallback: undefined, unset, description };
}
