import { forbiddenChange } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';
import { idOf, optional } from '../requests/input-fields.ts';
import type { OwnedRow } from './scope.ts';
import type { Viewer } from './viewer.ts';

const SHARED = sentences('FORBIDDEN_CHANGE', {
  SHARED_BY_ORGANIZATION:
    'You can view this {type}, but not change it: its organization shares it with all its tenants.',
});

/** The fields of an input that say to whom a new row belongs; `ownerToWriteIn` takes their values. */
export const ownerFields = {
  tenantId: optional(
    idOf('Tenant', 'The tenant to which it belongs'),
    'the level that the viewer belongs to by default',
  ),
  organizationId: optional(
    idOf('Organization', 'The organization to which it belongs, and which shares it with all its tenants'),
    'the level that the viewer belongs to by default',
  ),
};

/**
 * Refuses to change a visible row that the organization of the viewer's tenant shares; throws FORBIDDEN_CHANGE. Users of
 * the organization and of the platform change such rows.
 */
export function requireOwnLevel(viewer: Viewer, row: OwnedRow, type: string): void {
  if (row.tenantId !== null || viewer.tenantId === null) return;
  throw forbiddenChange(SHARED.SHARED_BY_ORGANIZATION({ type }), 'id');
}
