import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Log } from '../../core/process/log.ts';
import { inSpan, type Span, type Tracing } from '../../core/requests/tracing.ts';
import { ResultStream } from '../../live/streams/result-stream.ts';
import { codeOf } from '../../operations/present-errors.ts';
import { factsOf, type OperationFacts } from './operation-facts.ts';
import { operationOf, type PipelineContext } from './operation-source.ts';
import { budgetOf } from './run-in-turn.ts';

type Run = (args: ExecutionArgs) => Promise<ExecutionResult | ResultStream>;

interface RecordParts {
  readonly log: Log;
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null;
}

/** A running operation, and its records. */
interface Running {
  readonly facts: OperationFacts;
  readonly span: Span | null;
  readonly operation: PipelineContext;
  readonly begun: number;
}

/**
 * Records each operation that begins, whatever its transport: one line in the log when it ends, and of a subscription one
 * when it starts and one when it ends; where spans are recorded, a span under the one that the client names. An operation
 * that is refused before it begins is counted in `lockstep_errors_total` and leaves no line: strangers can send as many
 * as they like.
 *
 * A query or a mutation runs in its span, so that its statements and its wake-ups find it. The start of a subscription
 * does not: its stream would remain in it for as long as it runs.
 */
export function recordOperations({ log, tracing }: RecordParts): Plugin {
  const begin = (args: ExecutionArgs): Running => {
    const operation = operationOf(args);
    const facts = factsOf(args);
    const span = tracing?.begin(spanOf(facts), operation.source.traceParent) ?? null;
    return { facts, span, operation, begun: performance.now() };
  };
  const end = (running: Running, code: string | null, counts: object): void => {
    running.span?.end({ error: code });
    log.info({ ...lineOf(running), code, durationMs: since(running.begun), ...counts }, 'operation');
  };
  const executed =
    (execute: Run): Run =>
    async (args) => {
      const running = begin(args);
      try {
        const result = await inSpan(running.span, () => execute(args));
        end(running, codeOfResult(result as ExecutionResult), countsOf(running));
        return result;
      } catch (error) {
        end(running, codeOf(error), countsOf(running));
        throw error;
      }
    };
  const subscribed =
    (subscribe: Run): Run =>
    async (args) => {
      const running = begin(args);
      const { connection, sink } = running.operation.source;
      const result = await subscribe(args).catch((error: unknown) => {
        end(running, codeOf(error), {});
        throw error;
      });
      if (!(result instanceof ResultStream)) {
        end(running, codeOfResult(result), {});
        return result;
      }
      running.span?.end();
      const { begun } = running;
      // The line is kept for as long as the stream, and the operation is not.
      const line = lineOf(running);
      log.info({ ...line, code: null, durationMs: since(begun) }, 'subscription started');
      result.onceClosed(() => {
        const events = result.delivered + (sink?.delivered ?? 0);
        const reason = connection.endReason ?? null;
        log.info({ ...line, durationMs: since(begun), events, reason }, 'subscription ended');
      });
      return result;
    };
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(executed(executeFn as Run)),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(subscribed(subscribeFn as Run) as never),
  };
}

/** The span has no user: it leaves the installation for a collector. The id of the request leads to the line that has. */
function spanOf({ kind, name, field }: OperationFacts) {
  return {
    name: field ? `${kind} ${field}` : kind,
    kind: 'server',
    attributes: { 'graphql.operation.type': kind, ...(name && { 'graphql.operation.name': name }) },
  } as const;
}

function lineOf({ facts: { kind, name, field }, span, operation }: Running) {
  const { viewer, requestId } = operation;
  return { kind, name, field, requestId, userId: viewer?.userId ?? null, traceId: span?.traceId ?? null };
}

function countsOf({ operation }: Running) {
  const budget = budgetOf(operation);
  return { statements: budget?.statements ?? 0, rows: budget?.rows ?? 0 };
}

/** In milliseconds with three digits: a query can take less than one. */
function since(begun: number): number {
  return Math.round((performance.now() - begun) * 1_000) / 1_000;
}

/** The code of the first error; of a mutation that refuses its input, USER_ERRORS. */
function codeOfResult({ errors, data }: ExecutionResult): string | null {
  if (errors?.[0]) return codeOf(errors[0]);
  const refuses = Object.values(data ?? {}).some(
    (value) => ((value ?? {}) as { userErrors?: readonly unknown[] }).userErrors?.length,
  );
  return refuses ? 'USER_ERRORS' : null;
}
