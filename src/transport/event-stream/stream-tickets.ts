import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Clock } from '../../core/process/clock.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Credentials } from '../../core/rights/identity.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import { MEDIA_TYPE } from './event-streams.ts';
import type { TicketUses } from './ticket-uses.ts';

/** The content of a ticket that has not expired. */
export interface Ticket {
  readonly id: string;
  /** The user's sign-in, until the ticket expires. */
  readonly credentials: Credentials;
  /** The time until which it opens its first stream. */
  readonly beginBy: Date;
}

export interface StreamTicketsParts {
  /** Opens a ticket; null for one that has expired, or that the installation did not make. */
  readonly open: (ticket: string) => Ticket | null;
  readonly uses: TicketUses;
  readonly clock: Clock;
}

/** In the place of the operation, once its stream has completed. */
const COMPLETED = 'completed';

const TICKET = sentences('UNAUTHENTICATED', {
  TICKET_OPENS_NOTHING:
    'The ticket opens no stream, or does so no longer: ask for another one (streamTicketCreate).',
  STREAM_COMPLETED: 'The stream of the ticket has completed.',
});
const REQUEST = sentences('BAD_USER_INPUT', {
  TICKET_FOR_STREAMS: 'A ticket opens a subscription: send a query with an Authorization header.',
});

/**
 * The tickets with which clients that cannot send headers open event streams by GET. A ticket opens one stream. With the
 * id of an event it opens the same operation again, because `EventSource` reconnects to the same address: the stream before
 * it then ends, on this node. All tickets that open nothing get one answer; a ticket is in no log, metric or error.
 */
export class StreamTickets {
  readonly #parts: StreamTicketsParts;
  readonly #idOf = new WeakMap<Request, string>();
  readonly #running = new Map<string, ServerResponse>();

  constructor(parts: StreamTicketsParts) {
    this.#parts = parts;
  }

  /** Whether a request was signed in by a ticket. */
  hasOpened(request: Request): boolean {
    return this.#idOf.has(request);
  }

  /** Takes the ticket of a subscription, and returns the sign-in; throws UNAUTHENTICATED if it opens nothing. */
  async take(
    ticket: string,
    { contextValue }: ExecutionArgs,
    lastEventId: string | null,
  ): Promise<Credentials> {
    const { request, params, res } = contextValue as {
      request: Request;
      params: GraphQLParams;
      res?: ServerResponse;
    };
    const { open, uses, clock } = this.#parts;
    const opened = open(ticket);
    if (!opened) throw opensNothing();
    const { id, credentials, beginBy } = opened;
    const now = clock.now();
    const isResuming = lastEventId !== null;
    if (!isResuming && beginBy <= now) throw opensNothing();
    const operation = operationIn(params);
    const before = await uses.take(id, operation, credentials.expiresAt.getTime() - now.getTime());
    if (before === COMPLETED) throw completed(request);
    if (before !== null && !(isResuming && before === operation)) throw opensNothing();
    this.#idOf.set(request, id);
    if (res) this.#run(id, res);
    return credentials;
  }

  /** Notes that the stream of a request has completed: `EventSource` would ask for it again and again. */
  completed(request: Request): void {
    const id = this.#idOf.get(request);
    if (id !== undefined) void this.#parts.uses.replace(id, COMPLETED);
  }

  #run(id: string, response: ServerResponse): void {
    this.#running.get(id)?.destroy();
    this.#running.set(id, response);
    response.setMaxListeners(response.getMaxListeners() + 1); // Node warns of more than the transport itself needs
    response.once('close', () => {
      if (this.#running.get(id) === response) this.#running.delete(id);
    });
  }
}

/** The ticket in the address of a request; null without one. */
export function ticketIn({ method, url }: Request): string | null {
  const query = method === 'GET' && url.includes('ticket=') ? url.slice(url.indexOf('?') + 1) : '';
  return new URLSearchParams(query).get('ticket');
}

/** Refuses a ticket for anything but a subscription. */
export function ticketForStreams(): GraphQLError {
  return refusedBy(REQUEST.TICKET_FOR_STREAMS(), { extensions: { http: { status: 400 } } });
}

/** The operation of a request, as a hash. */
function operationIn({ query, operationName, variables }: GraphQLParams): string {
  return createHash('sha256')
    .update(JSON.stringify([query, operationName, variables]))
    .digest('base64url');
}

function opensNothing(): GraphQLError {
  return refusedBy(TICKET.TICKET_OPENS_NOTHING(), { extensions: { http: { status: 401 } } });
}

/** 204 is the answer after which `EventSource` stops. It has no body, so other clients get a refusal. */
function completed({ headers }: Request): GraphQLError {
  const status = headers.get('accept')?.trim().startsWith(MEDIA_TYPE) ? 204 : 401;
  return refusedBy(TICKET.STREAM_COMPLETED(), { extensions: { http: { status } } });
}
