import { staffMay } from '../../../core/rights/rules.ts';
import type { Rows } from '../../../core/rows/rows.ts';
import { staffRows } from '../../../core/rows/visibility.ts';
import type { ConfigOptOut } from '../../../generated/prisma/client.ts';
import { configOptOutEntity } from '../configuration.changes.ts';

/** Staff that may read configuration see the opt-outs of the tenants in their reach; staff that may write it decides them. */
export const configOptOuts: Rows<ConfigOptOut> = {
  ...staffRows(configOptOutEntity, 'config:read'),
  rule: staffMay('config:read'),
  writeRule: staffMay('config:write'),
};
