// The rooms: one line adds a room. When a room is imported, it adds its part to the schema and its manifest to `rooms`.
// Reactions run and demo data is loaded in this order, which is also a good order for reading the rooms.

import './modules/viewer/viewer.room.ts';
import './modules/sessions/sessions.room.ts';
import './modules/organizations/organizations.room.ts';
import './modules/business-types/business-types.room.ts';
import './modules/tenants/tenants.room.ts';
import './modules/users/users.room.ts';
import './modules/presence/presence.room.ts';
import './modules/connections/connections.room.ts';
import './modules/system-health/system-health.room.ts';
import './modules/api-tokens/api-tokens.room.ts';
import './modules/bulk-jobs/bulk-jobs.room.ts';
import './modules/due-work/due-work.room.ts';
import './modules/mail/mail.room.ts';
import './modules/notifications/notifications.room.ts';
import './modules/plans/plans.room.ts';
import './modules/customers/customers.room.ts';
import './modules/accounts/accounts.room.ts';
import './modules/attributes/attributes.room.ts';
import './modules/file-access-policies/file-access-policies.room.ts';
import './modules/properties/properties.room.ts';
import './modules/payments/payments.room.ts';
import './modules/maintenance/maintenance.room.ts';
import './modules/consent-purposes/consent-purposes.room.ts';
import './modules/consent-notices/consent-notices.room.ts';
import './modules/consents/consents.room.ts';
import './modules/consent-receipts/consent-receipts.room.ts';
import './modules/consent-stats/consent-stats.room.ts';
import './modules/teams/teams.room.ts';
import './modules/services/services.room.ts';
import './modules/incidents/incidents.room.ts';
import './modules/maintenance-windows/maintenance-windows.room.ts';
import './modules/messages/messages.room.ts';
import './modules/broadcasts/broadcasts.room.ts';
import './modules/attachments/attachments.room.ts';
import './modules/system-status/system-status.room.ts';
import './modules/status-pages/status-pages.room.ts';
import './modules/configuration/configuration.room.ts';
import './modules/config-conflicts/config-conflicts.room.ts';
import './modules/sync-runs/sync-runs.room.ts';
import './modules/sync-rules/sync-rules.room.ts';
import './modules/webhooks/webhooks.room.ts';
import './modules/persons/persons.room.ts';
import './modules/tenant-erasures/tenant-erasures.room.ts';
// Last, because it shows the changes of all other rooms.
import './modules/audit/audit.room.ts';
import { rooms } from './core/rows/room.ts';
import { noticeReactions } from './modules/notifications/notice-reactions.ts';

/**
 * The combined manifests of the rooms: the entities of the change log by name, reactions, tallies, bulk actions, due
 * actions, texts of e-mails, permissions, demo data and the register of personal columns.
 */
export const {
  entities,
  tallies,
  bulkActions,
  dueActions,
  mailTexts,
  permissions: grantedPermissions,
  demoData,
  personal,
} = rooms;

/** The reactions of the rooms, and then those that note the changes of which users are notified. */
export const reactions = [...rooms.reactions, ...noticeReactions(rooms.notices.values())];
