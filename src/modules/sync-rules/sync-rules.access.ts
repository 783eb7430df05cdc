import { ofEveryLevel } from '../../core/rights/scope.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { ConfigDeviation, SyncRule } from '../../generated/prisma/client.ts';
import { configDeviationEntity, syncRuleEntity } from './sync-rules.changes.ts';

/** Staff of the platform that may read configuration: a rule is about every tenant. */
function mayReadRules({ permissions, role }: Viewer): boolean {
  return permissions.has('config:read') && isPlatformRole(role);
}

/** Staff of the platform that may write configuration. */
function mayWriteRules({ permissions, role }: Viewer): boolean {
  return permissions.has('config:write') && isPlatformRole(role);
}

export const syncRules: Rows<SyncRule> = {
  entity: syncRuleEntity,
  type: 'SyncRule',
  rule: mayReadRules,
  writeRule: mayWriteRules,
  visibleTo: visibilityOf(syncRuleEntity, (viewer) => (mayReadRules(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};

export const configDeviations: Rows<ConfigDeviation> = {
  entity: configDeviationEntity,
  type: 'ConfigDeviation',
  rule: mayReadRules,
  visibleTo: visibilityOf(configDeviationEntity, (viewer) => (mayReadRules(viewer) ? {} : NOTHING)),
  scope: ofEveryLevel,
};
