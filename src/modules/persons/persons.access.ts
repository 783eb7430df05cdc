import { ADMINS, type GrantedBy, type Grants } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { personErasureEntity } from './persons.changes.ts';

export const permissions = {
  /** Erases customers and users for good, and sees who was erased. */
  'persons:erase': ADMINS,
  /** Downloads everything that is held about a customer or a user. */
  'persons:export': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff who may erase persons see the erasures of the tenants in their reach. */
export const personErasures = {
  ...staffRows(personErasureEntity, 'persons:erase'),
  writeRule: staffMay('persons:erase'),
};

/** Staff who may export the customers and users that they see. */
export const mayExport = staffMay('persons:export');
