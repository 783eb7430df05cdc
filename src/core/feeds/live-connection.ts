import type { Role } from '../../generated/prisma/enums.ts';

/** An open socket or event stream of a signed-in client, on any node. */
export interface LiveConnection {
  readonly id: string;
  readonly userId: string;
  readonly role: Role;
  /** When its client signed in on it. */
  readonly since: string;
  /** Whether an API token acts on it: it is then no sign that its user is there. */
  readonly isProgram: boolean;
  /** Whether its client has said that no one is before it. */
  readonly isAway: boolean;
  /** Whether its user wants to be seen by no one. */
  readonly isInvisible: boolean;
  /** Whether it is closed: it stays for a grace time, in which its client may come back. */
  readonly hasLeft: boolean;
  /** The number of its subscriptions by field. */
  readonly topics: Readonly<Record<string, number>>;
}

/** What operations know of the connections of all nodes, and do to them. */
export interface LiveConnections {
  /** The connections of the users of one level: a tenant, an organization or the platform. */
  of(feed: string): Promise<readonly LiveConnection[]>;
  /** Like `of`, as a subscription last saw them. */
  latest(feed: string): Promise<readonly LiveConnection[]>;
}

/** The name of the leased set that holds the connections of the users of one level. */
export function connectionsOf(feed: string): string {
  return `connections:${feed}`;
}
