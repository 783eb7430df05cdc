import type { BulkAction } from './core/bulk-action.ts';
import type { Entity } from './core/change.ts';
import type { Reaction } from './core/reaction.ts';
import { attributeEntity } from './modules/attributes/attributes.changes.ts';
import { bulkJobEntity } from './modules/bulk-jobs/bulk-jobs.changes.ts';
import { customerEntity, customerStatsEntity } from './modules/customers/customers.changes.ts';
import {
  countCustomers,
  countMembers,
  countProperties,
  openAndCloseStats,
} from './modules/customers/customers.reactions.ts';
import { deleteFileAccessPolicyAction } from './modules/file-access-policies/bulk-policies.commands.ts';
import { fileAccessPolicyEntity } from './modules/file-access-policies/file-access-policies.changes.ts';
import { maintenanceRequestEntity } from './modules/maintenance/maintenance.changes.ts';
import { takeRequestsFromWhoLeaves } from './modules/maintenance/maintenance.reactions.ts';
import { organizationEntity } from './modules/organizations/organizations.changes.ts';
import { paymentEntity } from './modules/payments/payments.changes.ts';
import { planEntity } from './modules/plans/plans.changes.ts';
import { propertyEntity, unitEntity } from './modules/properties/properties.changes.ts';
import { emptyUnitsOfWhoLeaves } from './modules/properties/units.reactions.ts';
import { sessionEntity } from './modules/sessions/sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutWhoeverIsBarred } from './modules/sessions/sessions.reactions.ts';
import { tenantEntity } from './modules/tenants/tenants.changes.ts';
import { deleteUserAction, updateUserAttributesAction } from './modules/users/bulk-users.commands.ts';
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
  bulkJobEntity,
  propertyEntity,
  unitEntity,
  paymentEntity,
  maintenanceRequestEntity,
];

/** What the change log tells of, by name. */
export const entities: ReadonlyMap<string, Entity> = new Map(
  ENTITIES.map((entity) => [entity.name, entity as Entity]),
);

const REACTIONS: readonly Reaction<never>[] = [
  signOutWhoeverIsBarred,
  deleteSessionsOfDeleted,
  emptyUnitsOfWhoLeaves,
  countMembers,
  countCustomers,
  countProperties,
  openAndCloseStats,
  takeRequestsFromWhoLeaves,
];

/** What rooms do when rows of other rooms change, in this order. */
export const reactions = REACTIONS as readonly Reaction[];

/** What bulk jobs can do. */
export const bulkActions: readonly BulkAction[] = [
  deleteUserAction,
  updateUserAttributesAction,
  deleteFileAccessPolicyAction,
];
