import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import { ownerFeed } from '../../core/rows/owner-feed.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Service } from '../../generated/prisma/client.ts';

const USED = sentences('IN_USE', {
  TEAM_HAS_SERVICES: 'Services still have the team: give them another one first.',
});

/** The part of a service that a customer's own users see. */
export const memberView: PartialView<Service> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['organizationId', 'teamId', 'overrideReason'],
};

/** The change-log entity of services. */
export const serviceEntity: Entity<Service> = {
  name: 'Service',
  ...ownerFeed,
  views: [memberView],
  inUse: { teamId: USED.TEAM_HAS_SERVICES() },
};

/** The end of an override. */
export const overrideEnd: DueKind<Service> = { kind: 'serviceOverrideEnd', entity: serviceEntity };
