import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import styles from './tree.module.css';

/** How a value is typed: chosen from a few, as a line of text or a number, or as JSON. */
export type ValueKind = 'choice' | 'text' | 'number' | 'json';

/** What the console reads of the JSON Schema of a path. */
interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
}

const typesOf = ({ type = [] }: ValueSchema) => [type].flat();

/** Whether there may be no value. */
function isNullable(schema: ValueSchema): boolean {
  return typesOf(schema).includes('null') || (schema.enum?.includes(null) ?? false);
}

/** The way in which the values of a path are typed. */
export function kindOf(schema: ValueSchema): ValueKind {
  const types = typesOf(schema);
  if (schema.enum || types.includes('boolean')) return 'choice';
  if (types.includes('string')) return 'text';
  return types.includes('integer') || types.includes('number') ? 'number' : 'json';
}

/** The values of a path that is chosen from a few, as JSON. */
export function choicesOf(schema: ValueSchema): readonly string[] {
  const values = schema.enum ?? [true, false];
  const all = isNullable(schema) && !values.includes(null) ? [...values, null] : values;
  return all.map((value) => JSON.stringify(value));
}

/** A value as it is typed. */
export function typedOf(value: unknown, schema: ValueSchema): string {
  const kind = kindOf(schema);
  if (kind === 'choice') return JSON.stringify(value ?? null);
  if (value === null || value === undefined) return '';
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

/** Reads what was typed; undefined if it is no such value. An empty field stands for none. */
export function valueOfTyped(typed: string, schema: ValueSchema): unknown {
  const kind = kindOf(schema);
  if (kind === 'text') return typed === '' && isNullable(schema) ? null : typed;
  if (typed.trim() === '') return null;
  if (kind === 'number') return Number.isFinite(Number(typed)) ? Number(typed) : undefined;
  try {
    return JSON.parse(typed);
  } catch {
    return undefined;
  }
}

/** A value in few words; what has parts is shown as JSON. */
export function useShownValue(): (value: unknown) => string {
  const text = useText();
  const nothing = text('config.nothing');
  return (value) => {
    if (typeof value === 'string') return value || nothing;
    if (typeof value === 'boolean') return text(value ? 'config.yes' : 'config.no');
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (isList) return value.join(', ') || nothing;
    return JSON.stringify(value ?? null) === 'null' ? nothing : JSON.stringify(value);
  };
}

/** A value of a setting. A colour is shown, too. */
export function SettingValue({ value }: { value: unknown }): ReactNode {
  const shown = useShownValue();
  const isColour = typeof value === 'string' && /^#[0-9a-f]{6}$/.test(value);
  return (
    <span className={styles.value}>
      {isColour && <span className={styles.colour} style={{ background: value }} aria-hidden="true" />}
      {shown(value)}
    </span>
  );
}
