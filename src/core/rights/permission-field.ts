import { z } from 'zod';
import { sentences } from '../requests/fault.ts';
import { refusing } from '../requests/input-faults.ts';
import { checkedText, listOf } from '../requests/input-fields.ts';
import { grantedPermissions, type Permission } from './permissions.ts';

const PERMISSION = sentences('INVALID_INPUT', {
  NO_PERMISSION: 'There is no such permission.',
});

const MAX_PERMISSIONS = 200;

const isPermission = (name: string): name is Permission => grantedPermissions.has(name);

/** The field of an input that holds permissions. */
export function permissionsField(description: string) {
  const check = () => z.string().refine(isPermission, refusing(PERMISSION.NO_PERMISSION()));
  return listOf(checkedText(description, check), { max: MAX_PERMISSIONS });
}
