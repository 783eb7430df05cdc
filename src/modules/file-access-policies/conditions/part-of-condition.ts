import { type ASTNode, type ErrorLocation, serialize } from '@marcbachmann/cel-js';

const MAX_LENGTH = 200;

/** Returns a part of a condition as text, cut to 200 characters; null for a node that a macro has made. */
export function textOfPart(node: ErrorLocation): string | null {
  try {
    const text = [...serialize(node as ASTNode)];
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1).join('')}…` : text.join('');
  } catch {
    return null;
  }
}

/** Returns where an offset is in a text: the line and the column, from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
