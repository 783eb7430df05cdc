import { graphql } from '../gql/gql.ts';
import type { IncidentRowFragment, ServiceRowFragment } from '../gql/graphql.ts';

/** A service as the board shows it. */
export const SERVICE_ROW = graphql(`
  fragment ServiceRow on Service {
    id
    version
    name
    group
    description
    status
    statusSource
    overrideReason
    position
    isPublic
  }
`);

export type ServiceRow = ServiceRowFragment;

/** An incident as the board and its own page show it. */
export const INCIDENT_ROW = graphql(`
  fragment IncidentRow on Incident {
    id
    version
    title
    impact
    status
    startedAt
    resolvedAt
    services { serviceId status service { id name } }
  }
`);

export type IncidentRow = IncidentRowFragment;

/** An update as the timeline shows it. */
export const UPDATE_ROW = graphql(`
  fragment UpdateRow on IncidentUpdate {
    id
    version
    status
    message
    occurredAt
    isBackdated
    visibility
  }
`);

export const VISIBILITIES = ['TENANT', 'PUBLIC', 'STAFF'] as const;
