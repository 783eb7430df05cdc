import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { ConfigDeviation, SyncRule, Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';

const TAKEN = sentences('ALREADY_EXISTS', { SYNC_RULE_NAME_TAKEN: 'Another rule has this name.' });

/** The change-log entity of rules. Users of the platform alone receive their changes. */
export const syncRuleEntity: Entity<SyncRule> = {
  name: 'SyncRule',
  noun: 'rule',
  feeds: () => [PLATFORM_FEED],
  unique: { sync_rule_name_key: { field: 'name', refusal: TAKEN.SYNC_RULE_NAME_TAKEN() } },
};

/** The change-log entity of deviations. They are reports to the platform, and in the feed of no tenant. */
export const configDeviationEntity: Entity<ConfigDeviation> = {
  name: 'ConfigDeviation',
  noun: 'deviation',
  feeds: () => [PLATFORM_FEED],
};

/** The search of a tenant's deviations, after a change of the rules that report them. */
export const deviationReport: DueKind<Tenant> = { kind: 'configDeviationReport', entity: tenantEntity };
