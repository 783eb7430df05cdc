import type { Entity } from './core/change.ts';
import type { Reaction } from './core/reaction.ts';
import { attributeEntity } from './modules/attributes/attributes.changes.ts';
import { customerEntity, customerStatsEntity } from './modules/customers/customers.changes.ts';
import { countCustomers, countMembers, openAndCloseStats } from './modules/customers/customers.reactions.ts';
import { fileAccessPolicyEntity } from './modules/file-access-policies/file-access-policies.changes.ts';
import { organizationEntity } from './modules/organizations/organizations.changes.ts';
import { planEntity } from './modules/plans/plans.changes.ts';
import { sessionEntity } from './modules/sessions/sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutWhoeverIsBarred } from './modules/sessions/sessions.reactions.ts';
import { tenantEntity } from './modules/tenants/tenants.changes.ts';
import { userEntity } from './modules/users/users.changes.ts';

const ENTITIES = [
  organizationEntity,
  tenantEntity,
  userEntity,
  sessionEntity,
  planEntity,
  customerEntity,
  customerStatsEntity,
  attributeEntity,
  fileAccessPolicyEntity,
];

/** What the change log tells of, by name. */
export const entities: ReadonlyMap<string, Entity> = new Map(
  ENTITIES.map((entity) => [entity.name, entity as Entity]),
);

const REACTIONS: readonly Reaction<never>[] = [
  signOutWhoeverIsBarred,
  deleteSessionsOfDeleted,
  countMembers,
  countCustomers,
  openAndCloseStats,
];

/** What rooms do when rows of other rooms change, in this order. */
export const reactions = REACTIONS as readonly Reaction[];
