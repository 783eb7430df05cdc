import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { ResultStream } from '../../live/streams/result-stream.ts';
import type { Drain } from '../drain.ts';
import { COMMENT, COMPLETE, EventStreamBody, toEvent } from './event-stream-body.ts';

export interface EventStreamsParts {
  /** Presents the errors of a result to the client of a request. */
  readonly presentTo: (request: Request, result: ExecutionResult) => ExecutionResult;
  /** Called when the subscription of a request has come to its end. */
  readonly onComplete: (request: Request) => void;
  readonly drain: Drain;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A subscription that came over HTTP, with the response that it is written to. */
interface OpenStream {
  readonly results: ResultStream;
  readonly response: ServerResponse | undefined;
}

export const MEDIA_TYPE = 'text/event-stream';
const NO_CONTENT = 204;
const ACCEPTING = [MEDIA_TYPE, 'text/*', '*/*'];

/**
 * Answers with server-sent events, in the "distinct connections" mode of the GraphQL over SSE protocol. Unlike Yoga's
 * own processor it gives each event its cursor as the `id:`, so that a client whose connection broke can resume with
 * `Last-Event-ID`.
 */
export function eventStreams({ presentTo, onComplete, drain, log, metrics }: EventStreamsParts): Plugin {
  const streams = new WeakMap<Request, OpenStream>();
  const open = new Set<OpenStream>();
  metrics.eventStreams.read = () => open.size;
  metrics.eventStreamUnsentBytes.read = () =>
    [...open].reduce((sum, { response }) => sum + (response?.writableLength ?? 0), 0);
  const bodyOf = (stream: OpenStream, request: Request): ReadableStream<Uint8Array> => {
    open.add(stream);
    return new ReadableStream(
      new EventStreamBody({
        results: stream.results,
        present: (result) => presentTo(request, result),
        signal: request.signal,
        onEnd: () => open.delete(stream),
        onComplete: () => onComplete(request),
        drain,
        log,
      }),
    );
  };
  return {
    // Yoga passes on an iterator of its own around the stream, which takes items one by one. So the stream is kept
    // here.
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
      // Some clients, such as urql, accept an event stream for every request: they get a single result as JSON.
      if (!stream && !request.headers.get('accept')?.trim().startsWith(MEDIA_TYPE)) return;
      const present = (one: ExecutionResult) => presentTo(request, one);
      const { status = 200, headers } = stream ? {} : refusalIn(result as ExecutionResult);
      const body = stream
        ? bodyOf(stream, request)
        : Buffer.concat([COMMENT, toEvent(result as ExecutionResult, present), COMPLETE]);
      setResultProcessor(
        (_result, fetchApi) =>
          new fetchApi.Response(status === NO_CONTENT ? null : body, {
            status,
            headers: {
              'content-type': MEDIA_TYPE,
              // A proxy that compresses the stream would hold events back until it has enough of them.
              'cache-control': 'no-cache, no-transform',
              connection: 'keep-alive',
              // Without it, nginx buffers the answer.
              'x-accel-buffering': 'no',
              ...headers,
            },
          }),
        MEDIA_TYPE,
      );
    },
  };
}

/** Whether a client accepts an event stream. A client without an accept header accepts anything. */
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

/** Finds the status of a request that was refused as a request, not because of its document: the same as for JSON. */
function refusalIn({ errors = [] }: ExecutionResult): Refusal {
  const refusals = errors.map(({ extensions }) => extensions.http as Refusal | undefined);
  return refusals.find((http) => http?.status && !http.spec) ?? {};
}
