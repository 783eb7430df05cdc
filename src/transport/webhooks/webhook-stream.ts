import type { CursorCodec } from '../../core/feeds/cursor.ts';
import { RequestError } from '../../core/requests/errors.ts';
import type { ClientConnection } from '../../live/connections/client-connection.ts';
import { ResultStream, type StreamItem } from '../../live/streams/result-stream.ts';
import type { SubscriptionEngine } from '../../live/subscription-engine.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { PreparedDocument } from './webhook-document.ts';
import { errorsOf, readItem, type WebhookResult } from './webhook-results.ts';

export interface WebhookStreamParts {
  readonly subscriptions: SubscriptionEngine;
  readonly cursors: CursorCodec;
  readonly present: PresentErrors;
}

/** The time within which one event is made again. */
const EXECUTION_MS = 10_000;

/** Subscribes as the maker of a webhook after a cursor, and gives its results, turn by turn, until it is closed. */
export async function* resultsAfter(
  parts: WebhookStreamParts,
  prepared: PreparedDocument,
  connection: ClientConnection,
  cursor: string,
  signal: AbortSignal,
): AsyncGenerator<readonly WebhookResult[]> {
  const stream = await open(parts, prepared, connection, cursor);
  if (!(stream instanceof ResultStream)) {
    yield [stream];
    return;
  }
  const close = () => void stream.return();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    for (;;) {
      const items = await stream.nextTurn();
      if (items.length === 0) return;
      yield items.map((item) => read(parts, item, prepared.key));
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/**
 * Makes one event again under the rights of now. POSITION: the maker does not see it any more. RESET: it is no longer kept.
 */
export async function eventAt(
  parts: WebhookStreamParts,
  prepared: PreparedDocument,
  connection: ClientConnection,
  cursor: string,
): Promise<Exclude<WebhookResult, { kind: 'FAILED' }>> {
  const { feed, epoch, seq } = parts.cursors.decode(cursor);
  const before = parts.cursors.encode({ feed, epoch, seq: seq - 1 });
  const signal = AbortSignal.timeout(EXECUTION_MS);
  for await (const [result] of resultsAfter(parts, prepared, connection, before, signal)) {
    if (result?.kind === 'FAILED') return { kind: 'ERRORS', cause: 'LATER', message: result.message };
    if (result?.kind !== 'EVENT') return result ?? errorsOf({});
    const isIt = parts.cursors.decode(result.cursor).seq === seq;
    return isIt ? result : { kind: 'POSITION', cursor };
  }
  return errorsOf({});
}

async function open(
  { subscriptions, present }: WebhookStreamParts,
  { execution }: PreparedDocument,
  connection: ClientConnection,
  cursor: string,
): Promise<ResultStream | WebhookResult> {
  try {
    const started = await subscriptions.subscribe({
      execution,
      connection,
      lastEventId: cursor,
      sink: null,
      onClosed: () => {},
    });
    return started instanceof ResultStream ? started : errorsOf(present(started, connection.id));
  } catch (error) {
    if (error instanceof RequestError) throw error;
    return errorsOf({});
  }
}

/** The errors of events are presented where they are made; those that end a stream are presented here. */
function read({ present }: WebhookStreamParts, item: StreamItem, key: string): WebhookResult {
  return readItem('bytes' in item ? item : present(item, key), key);
}
