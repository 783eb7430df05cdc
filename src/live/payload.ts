import type { ExecutionResult } from 'graphql';

/** A result that is ready to be sent: serialised once, whoever gets it. */
export interface Payload {
  /** The result as JSON text in UTF-8. */
  readonly bytes: Buffer;
  /** Null for what has no place in a feed: a client does not go on behind it. */
  readonly cursor: string | null;
}

/** Serialises a result, with its cursor in the extensions. */
export function payloadOf(result: ExecutionResult, cursor: string | null): Payload {
  const whole = cursor === null ? result : { ...result, extensions: { ...result.extensions, cursor } };
  return { bytes: Buffer.from(JSON.stringify(whole)), cursor };
}

/** Where a follower puts what it has for its client. */
export interface Sink {
  /** Takes a payload. A promise means that there is no room for more before it is settled. */
  deliver(payload: Payload): Promise<void> | undefined;
  /** Whether clients that read too slowly are got rid of: then nobody who delivers what comes need wait for room. */
  readonly endsSlowReaders: boolean;
}
