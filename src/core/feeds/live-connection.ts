import type { Role } from '../../generated/prisma/enums.ts';

/** An open socket or event stream of a signed-in client, on any node. */
export interface LiveConnection {
  readonly id: string;
  readonly userId: string;
  readonly role: Role;
  readonly tenantId: string | null;
  readonly organizationId: string | null;
  readonly customerId: string | null;
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

/** The connections of all nodes, as operations use them. */
export interface LiveConnections {
  /** The connections of the users of one level, a tenant, an organization or the platform, at this moment. */
  of(feed: string): Promise<readonly LiveConnection[]>;
  /** Like `of`, as subscriptions to the level last saw them. */
  latest(feed: string): Promise<readonly LiveConnection[]>;
  /** Notes on every node whether someone is before the clients of a session. */
  setAwayOn(sessionId: string, isAway: boolean): void;
  /**
   * Notes on every node whether a user of a level wants to be seen by no one. The latest choice by `chosenAt` holds: a
   * time of the database, because the clocks of nodes differ.
   */
  setInvisible(feed: string, userId: string, isInvisible: boolean, chosenAt: Date): void;
}

/** The name of the leased set that holds the connections of the users of one level. */
export function connectionsOf(feed: string): string {
  return `connections:${feed}`;
}
