import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { ResultStream } from '../live/result-stream.ts';
import type { Drain } from './drain.ts';
import { COMMENT, COMPLETE, EventStreamBody, toEvent } from './event-stream-body.ts';
import type { PresentErrors } from './present-errors.ts';
import { requestIdOf } from './request-id.ts';

export interface EventStreamsParts {
  readonly present: PresentErrors;
  readonly drain: Drain;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A subscription that came by HTTP, and where its answer leaves. */
interface Streamed {
  readonly results: ResultStream;
  readonly response: ServerResponse | undefined;
}

const MEDIA_TYPE = 'text/event-stream';
const ACCEPTING = [MEDIA_TYPE, 'text/*', '*/*'];

/**
 * Answers with server-sent events in the "distinct connections" mode of the GraphQL over SSE protocol. Beyond what
 * Yoga's own processor does, each event has the cursor as its `id:`, so that a client that lost the connection
 * goes on with `Last-Event-ID` where it was cut.
 */
export function eventStreams({ present, drain, log, metrics }: EventStreamsParts): Plugin {
  const streams = new WeakMap<Request, Streamed>();
  const open = new Set<Streamed>();
  metrics.eventStreams.read = () => open.size;
  metrics.eventStreamUnsentBytes.read = () =>
    [...open].reduce((sum, { response }) => sum + (response?.writableLength ?? 0), 0);
  const bodyOf = (stream: Streamed, request: Request): ReadableStream<Uint8Array> => {
    open.add(stream);
    return new ReadableStream(
      new EventStreamBody({
        results: stream.results,
        present: (result) => present(result, requestIdOf(request)),
        signal: request.signal,
        cut: () => stream.response?.destroy(),
        onEnd: () => open.delete(stream),
        drain,
        log,
      }),
    );
  };
  return {
    // Yoga hands on an iterator of its own around the stream, which takes items one by one.
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result }) {
        const { request, res } = args.contextValue as { request?: Request; res?: ServerResponse };
        if (request && result instanceof ResultStream)
          streams.set(request, { results: result, response: res });
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
        ? bodyOf(stream, request)
        : Buffer.concat([COMMENT, toEvent(result as ExecutionResult, presented), COMPLETE]);
      setResultProcessor(
        (_result, fetchApi) =>
          new fetchApi.Response(body, {
            status,
            headers: {
              'content-type': MEDIA_TYPE,
              'cache-control': 'no-cache',
              connection: 'keep-alive',
              // nginx gathers an answer before it passes it on, unless it is told not to.
              'x-accel-buffering': 'no',
              ...headers,
            },
          }),
        MEDIA_TYPE,
      );
    },
  };
}

/** Whether a client takes its answer as an event stream. One that does not say what it accepts takes anything. */
export function acceptsEventStream({ headers }: Request): boolean {
  const accept = headers.get('accept');
  if (accept === null) return true;
  return accept
    .split(',')
    .some((range) => ACCEPTING.includes(range.split(';')[0]?.trim().toLowerCase() ?? ''));
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
