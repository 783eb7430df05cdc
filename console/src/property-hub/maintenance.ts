import { graphql } from '../gql/gql.ts';
import type { MaintenanceCardFragment } from '../gql/graphql.ts';

/** A maintenance request as the board shows it. */
export const MAINTENANCE_CARD = graphql(`
  fragment MaintenanceCard on MaintenanceRequest {
    id
    version
    title
    description
    status
    priority
    createdAt
    unit { id label }
    assignee { id name }
  }
`);

export type MaintenanceCard = MaintenanceCardFragment;

/** The statuses of a request, in the order in which it passes them. */
export const MAINTENANCE_STATUSES = ['OPEN', 'ASSIGNED', 'IN_PROGRESS', 'RESOLVED', 'CLOSED'] as const;

export const PRIORITIES = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
