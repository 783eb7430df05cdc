import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, print, type StringValueNode } from 'graphql';
import { onceFor } from '../lib/once-for.ts';
import type { FollowedField } from './subscribed-field.ts';

/**
 * Names what an operation asks, apart from where it starts: equal for operations that are answered alike. It is made
 * of the variables as they were coerced, and of the document as it was written and not only as it was understood:
 * errors say at which line and column of it they arose.
 */
export function operationKey(
  document: DocumentNode,
  operationName: string | null,
  field: FollowedField,
): string {
  const hash = createHash('sha256').update(textOf(document)).update('\0');
  hash
    .update(operationName ?? '')
    .update('\0')
    .update(JSON.stringify(withoutStart(field)));
  return hash.digest('base64url');
}

// Clients ask the same again and again, and the pipeline keeps what it has parsed.
const textOf = onceFor(withoutAfter);

/** A cursor that stands in the document itself says only where to start; what follows it stays where it is. */
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

function withoutStart({ variables, startVariable }: FollowedField): [string, unknown][] {
  return Object.entries(variables).filter(([name]) => name !== startVariable);
}
