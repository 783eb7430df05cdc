import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import { ownerFeed } from '../../core/rows/owner-feed.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Incident, IncidentUpdate } from '../../generated/prisma/client.ts';

/** The refusals of a key that an open incident has. */
export const TAKEN = sentences('ALREADY_EXISTS', {
  INCIDENT_OPEN_WITH_KEY: 'Another incident with this key is open already.',
});
const USED = sentences('IN_USE', {
  TEAM_HAS_INCIDENTS: 'Incidents still have the team: give them another one first.',
});

/** The part of an incident that a customer's own users see. */
export const memberView: PartialView<Incident> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['organizationId', 'teamId', 'leadId', 'key', 'internalUpdates'],
};

/** The change-log entity of incidents. */
export const incidentEntity: Entity<Incident> = {
  name: 'Incident',
  ...ownerFeed,
  views: [memberView],
  unique: {
    incident_open_key: { field: 'key', refusal: TAKEN.INCIDENT_OPEN_WITH_KEY() },
  },
  inUse: { teamId: USED.TEAM_HAS_INCIDENTS() },
};

/** The change-log entity of the updates of incidents. They are created, deleted with their incident, and never changed. */
export const incidentUpdateEntity: Entity<IncidentUpdate> = {
  name: 'IncidentUpdate',
  isAppendOnly: true,
  ...ownerFeed,
};
