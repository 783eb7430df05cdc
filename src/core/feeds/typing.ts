/** A user who is writing, as all nodes know it: with the columns by which messages are visible. */
export interface Typist {
  readonly userId: string;
  readonly isFromStaff: boolean;
  readonly isInternal: boolean;
  readonly tenantId: string;
  readonly subjectType: string;
  readonly conversationId: string;
  readonly customerId: string | null;
  readonly residentId: string | null;
}

/** The users of all nodes who are writing. Nothing of it is in the database, and each ends by itself. */
export interface Typing {
  /** Those who are writing in a tenant, as subscriptions to it last saw them. */
  latest(tenantId: string): Promise<readonly Typist[]>;
  /**
   * Notes that a user is writing, for the next seconds. It ends earlier with the connection, and with what the same
   * connection writes elsewhere; `connectionId` is null for a client that keeps none open.
   */
  begin(typist: Typist, connectionId: string | null): void;
  /** Notes on every node that a user is not writing in a conversation any more. */
  end(userId: string, conversationId: string): void;
}

/** The name of the leased set that holds those who are writing in a tenant. */
export function typingIn(tenantId: string): string {
  return `typing:${tenantId}`;
}
