import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, print, type StringValueNode } from 'graphql';
import { onceFor } from '../../lib/once-for.ts';
import type { FeedField } from './root-field.ts';

/**
 * Returns a key that is equal for operations with equal results, whatever their start positions. It is derived from the
 * coerced variables and from the document as written, not only as parsed: errors name its lines and columns.
 */
export function operationKey(document: DocumentNode, operationName: string | null, field: FeedField): string {
  const hash = createHash('sha256').update(textOf(document)).update('\0');
  hash
    .update(operationName ?? '')
    .update('\0')
    .update(JSON.stringify(withoutStart(field)));
  return hash.digest('base64url');
}

// Clients send the same documents again and again, and the pipeline caches parsed documents.
const textOf = onceFor(withoutAfter);

/** Blanks out cursors in the document itself, at equal length: all positions after them stay the same. */
function withoutAfter(document: DocumentNode): string {
  let text = document.loc?.source.body;
  if (text === undefined) return print(document);
  for (const { loc } of cursorsIn(document)) {
    if (loc) text = text.slice(0, loc.start) + ' '.repeat(loc.end - loc.start) + text.slice(loc.end);
  }
  return text;
}

function cursorsIn({ definitions }: DocumentNode): StringValueNode[] {
  return definitions
    .flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? one.selectionSet.selections : []))
    .flatMap((selection) => (selection.kind === Kind.FIELD ? (selection.arguments ?? []) : []))
    .flatMap(({ name, value }) =>
      name.value === 'after' && value.kind === Kind.STRING && !value.block ? [value] : [],
    );
}

function withoutStart({ variables, startVariable }: FeedField): [string, unknown][] {
  return Object.entries(variables).filter(([name]) => name !== startVariable);
}
