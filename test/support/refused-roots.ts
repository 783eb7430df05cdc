import { allows, permissionOf } from '../../src/core/rights/rules.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { FieldAccess } from '../../src/graph/schema/field-rules.ts';
import type { Person } from './person.ts';
import type { RootField } from './schema-walk.ts';
import { aViewer } from './unit-group.ts';
import type { Attempt } from './wall-checker.ts';

/** The part of a viewer that a rule by permission sees. */
export type Rights = Pick<Viewer, 'role' | 'permissions'>;

/** The rights of a user, as it reads them itself. */
export async function rightsOf(person: Pick<Person, 'ask'>): Promise<Rights> {
  const { viewer } = await person.ask('{ viewer { role permissions } }');
  return { role: viewer.role, permissions: new Set(viewer.permissions) };
}

/**
 * Says whether a root field asks for a permission that the viewer lacks. The rule sees the viewer and no argument, and it
 * is asked before the field is: one attempt then tells as much as all.
 */
export function isClosedTo({ role, permissions }: Rights, { field }: RootField): boolean {
  const { rules = [] } = field.extensions as unknown as Partial<FieldAccess>;
  const viewer = aViewer({ role, permissions });
  return rules.some((rule) => permissionOf(rule) !== undefined && !allows(rule, viewer));
}

/** The attempt that names the most foreign ids. */
export function boldest(attempts: readonly Attempt[]): Attempt[] {
  return attempts.toSorted((one, other) => other.foreign.size - one.foreign.size).slice(0, 1);
}

/** Names the fault of an answer of a field that should be closed, and is not. */
export function unlessClosed(name: string, answer: string): string[] {
  return /"rule":"FIELD_CLOSED"/.test(answer) ? [] : [`${name} is open: ${answer}`];
}
