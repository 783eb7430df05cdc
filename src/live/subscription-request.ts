import type { ExecutionArgs } from 'graphql';
import type { ClientConnection } from './client-connection.ts';
import type { Sink } from './payload.ts';

/** One subscription operation as a transport hands it over. */
export interface SubscriptionRequest {
  readonly execution: ExecutionArgs;
  readonly connection: ClientConnection;
  /** The place from which the transport itself was asked to go on (`Last-Event-ID`); it wins over `after`. */
  readonly lastEventId: string | null;
  /** Where payloads go if the client can be written to at any time; else they go through the stream. */
  readonly sink: Sink | null;
  /** Called once, when the stream has ended or could not start. */
  readonly onClosed: () => unknown;
}
