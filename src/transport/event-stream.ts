import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Log } from '../core/log.ts';
import { ResultStream, type StreamItem } from '../live/result-stream.ts';
import type { Drain } from './drain.ts';
import type { PresentErrors } from './present-errors.ts';
import { requestIdOf } from './request-id.ts';

const MEDIA_TYPE = 'text/event-stream';
const KEEP_ALIVE_MS = 12_000;
/** A comment, which no client shows anybody. */
const COMMENT = Buffer.from(':\n\n');
const COMPLETE = Buffer.from('event: complete\ndata:\n\n');
const END_OF_EVENT = Buffer.from('\n\n');

/**
 * Answers with server-sent events in the "distinct connections" mode of the GraphQL over SSE protocol. Beyond what
 * Yoga's own processor does, each event has the cursor as its `id:`, so that a client that lost the connection
 * goes on with `Last-Event-ID` where it was cut.
 */
export function eventStream(present: PresentErrors, drain: Drain, log: Log): Plugin {
  const streams = new WeakMap<Request, ResultStream>();
  return {
    // Yoga hands on an iterator of its own around the stream, which takes items one by one.
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result }) {
        const { request } = args.contextValue as { request?: Request };
        if (request && result instanceof ResultStream) streams.set(request, result);
      },
    }),
    onResultProcess({ request, result, acceptableMediaTypes, setResultProcessor }) {
      if (!acceptableMediaTypes.includes(MEDIA_TYPE)) return;
      const stream = streams.get(request);
      // A client that would take an event stream too, as urql says of every request, gets a single result as JSON.
      if (!stream && !request.headers.get('accept')?.trim().startsWith(MEDIA_TYPE)) return;
      const presented = (one: ExecutionResult) => present(one, requestIdOf(request));
      const { status = 200, headers } = stream ? {} : refusalIn(result as ExecutionResult);
      const body = stream
        ? toBody(stream, presented, drain, log)
        : Buffer.concat([COMMENT, toEvent(result as ExecutionResult, presented), COMPLETE]);
      setResultProcessor(
        (_result, fetchApi) =>
          new fetchApi.Response(body, {
            status,
            headers: {
              'content-type': MEDIA_TYPE,
              'cache-control': 'no-cache',
              connection: 'keep-alive',
              ...headers,
            },
          }),
        MEDIA_TYPE,
      );
    },
  };
}

function toBody(
  results: ResultStream,
  present: (result: ExecutionResult) => ExecutionResult,
  drain: Drain,
  log: Log,
): ReadableStream<Uint8Array> {
  let keepAlive: NodeJS.Timeout;
  let hasLeft: () => void = () => {};
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearInterval(keepAlive);
    hasLeft();
  };
  // What one turn of the event loop has for the client leaves in one write.
  const writeTurn = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const items = await results.nextTurn();
    if (isOver) return;
    if (items.length > 0) {
      controller.enqueue(Buffer.concat(items.map((item) => toEvent(item, present))));
      return;
    }
    end();
    controller.enqueue(COMPLETE);
    controller.close();
  };
  // Without a `complete`, so that the client comes back for what it was not sent.
  const breakOff = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (isOver) return;
    end();
    controller.close();
    await results.return();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Some browsers wait for the first byte before they hand the response over.
      controller.enqueue(COMMENT);
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(COMMENT);
      }, KEEP_ALIVE_MS).unref();
      hasLeft = drain.add(() => breakOff(controller));
    },
    // Called only when the client has room, so a slow reader is waited for instead of buffered for.
    async pull(controller) {
      try {
        await writeTurn(controller);
      } catch (error) {
        // Nobody catches what is thrown here, and one item must not end the server.
        log.error({ err: error }, 'event stream broken off');
        await breakOff(controller);
      }
    },
    async cancel() {
      end();
      await results.return();
    },
  });
}

function toEvent(item: StreamItem, present: (result: ExecutionResult) => ExecutionResult): Buffer {
  if (!('bytes' in item)) {
    return Buffer.from(`event: next\ndata: ${JSON.stringify(withoutStatus(present(item)))}\n\n`);
  }
  const id = item.cursor === null ? '' : `id: ${item.cursor}\n`;
  return Buffer.concat([Buffer.from(`event: next\n${id}data: `), item.bytes, END_OF_EVENT]);
}

interface Refusal {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly spec?: boolean;
}

/** A request that was refused as a request, not for its document, is refused by the status too, as for JSON. */
function refusalIn({ errors = [] }: ExecutionResult): Refusal {
  const refusals = errors.map(({ extensions }) => extensions.http as Refusal | undefined);
  return refusals.find((http) => http?.status && !http.spec) ?? {};
}

/** The status is for the answer as a whole, and no part of it. */
function withoutStatus({ errors, ...result }: ExecutionResult): object {
  if (!errors) return result;
  const plain = errors.map((error) => ({
    ...error.toJSON(),
    extensions: { ...error.extensions, http: undefined },
  }));
  return { ...result, errors: plain };
}
