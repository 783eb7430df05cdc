import type { Json } from '../../configuration/algebra/json.ts';
import { hasControls } from '../../core/requests/input-text.ts';
import { isWellFormed } from '../../core/requests/read-text.ts';

/** The most characters of a value as JSON. */
export const MAX_CHARACTERS = 16_384;
/** The most lists and objects within one another. */
export const MAX_DEPTH = 8;

/** Keys that reach the prototype of an object in careless code. No value may have them, at any depth. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Why a value is refused before its schema is asked. */
export type DocumentFault = 'TOO_LARGE' | 'TOO_DEEP' | 'FORBIDDEN_KEY' | 'FORBIDDEN_CHARACTER';

/** Finds what is wrong with a value as a document; null if nothing is. */
export function documentFault(value: Json): DocumentFault | null {
  // The depth is bounded before the value is written as a text, which would follow it to any depth.
  const fault = shapeFault(value, 0);
  if (fault) return fault;
  return JSON.stringify(value).length > MAX_CHARACTERS ? 'TOO_LARGE' : null;
}

function shapeFault(part: Json, depth: number): Exclude<DocumentFault, 'TOO_LARGE'> | null {
  if (typeof part === 'string') return isReadable(part) ? null : 'FORBIDDEN_CHARACTER';
  if (typeof part !== 'object' || part === null) return null;
  if (depth === MAX_DEPTH) return 'TOO_DEEP';
  for (const [key, inner] of Object.entries(part)) {
    if (FORBIDDEN_KEYS.includes(key)) return 'FORBIDDEN_KEY';
    const fault = shapeFault(key, depth) ?? shapeFault(inner, depth + 1);
    if (fault) return fault;
  }
  return null;
}

/** The database cannot store NUL or half a character, and no text of another input has control characters either. */
function isReadable(text: string): boolean {
  return isWellFormed(text) && !hasControls(text);
}
