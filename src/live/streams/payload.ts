import type { ExecutionResult } from 'graphql';

/** A serialised result, ready to be sent to any number of clients. */
export interface Payload {
  /** The result as JSON text in UTF-8. */
  readonly bytes: Buffer;
  /** The position after the event; null for a result without a position in a feed, which cannot be resumed after. */
  readonly cursor: string | null;
}

/** Serialises a result, with its cursor in the extensions. */
export function payloadOf(result: ExecutionResult, cursor: string | null): Payload {
  const whole = cursor === null ? result : { ...result, extensions: { ...result.extensions, cursor } };
  return { bytes: Buffer.from(JSON.stringify(whole)), cursor };
}

/** The destination of a subscription's payloads. */
export interface Sink {
  /** Whether there is room for a payload of so many bytes. */
  hasRoomFor(bytes: number): boolean;
  /** Settles when the client has read on, or has left: then there may be room. */
  room(): Promise<void>;
  /** Takes a payload. If it returns a promise, there is no room for another payload until the promise is settled. */
  deliver(payload: Payload): Promise<void> | undefined;
  /** Whether the sink, now, disconnects clients that read too slowly: then a live subscription need not wait for room. */
  readonly endsSlowReaders: boolean;
  /** The payloads that it has taken. */
  readonly delivered?: number;
}
