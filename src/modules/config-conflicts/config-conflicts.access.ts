import { staffMay } from '../../core/rights/rules.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { configConflictEntity } from './config-conflicts.changes.ts';

/** Staff that may read configuration see the conflicts of the tenants in their reach; those that may write it resolve them. */
export const configConflicts = {
  ...staffRows(configConflictEntity, 'config:read'),
  rule: staffMay('config:read'),
  writeRule: staffMay('config:write'),
};
