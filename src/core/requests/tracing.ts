import { AsyncLocalStorage } from 'node:async_hooks';

/** The values that a span says of its work. None comes from a client unbounded, and none is a value of a row or a variable. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that is to begin. */
export interface NewSpan {
  /** One of a few names: no client can make new ones. */
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
  /** When it began, in milliseconds since 1970, if that was earlier. */
  readonly begunAt?: number;
  /** The places of other traces that caused it, too, as `traceparent` says them. */
  readonly links?: readonly string[];
}

/** One piece of work of a trace. */
export interface Span {
  readonly traceId: string;
  /** Its place in the trace, as the header `traceparent` says it. */
  readonly traceParent: string;
  /** Whether it is recorded. One that the sampler has left out records nothing, and nothing begins under it. */
  readonly isRecorded: boolean;
  /** Begins a span under this one. */
  begin(span: NewSpan): Span;
  /** Begins a trace for work that several spans have caused, with a link to each. */
  beginFor(span: NewSpan, causes: readonly Span[]): Span;
  /** Ends it. */
  end(outcome?: Outcome): void;
}

/** The end of the work of a span. */
export interface Outcome {
  readonly attributes?: Attributes;
  /** The code of what failed. */
  readonly error?: string | null;
  /** When it ended, in milliseconds since 1970, if that was earlier. */
  readonly endedAt?: number;
}

/** Records spans. There is none unless the operator has set the variables of OpenTelemetry. */
export interface Tracing {
  /** Begins a span under a place of a trace, or a trace of its own. */
  begin(span: NewSpan, parent: string | null): Span;
  /** Sends what is recorded. */
  stop(): Promise<void>;
}

/** The `traceparent` of W3C's trace context, with ids that are not only zeros. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** Returns what a client says of its trace, if it is a `traceparent`; null for anything else. */
export function traceParentOf(value: unknown): string | null {
  return typeof value === 'string' && TRACE_PARENT.test(value) ? value : null;
}

const running = new AsyncLocalStorage<Span | null>();

/** The span that the caller works for; null if it works for none, or if nothing is traced. */
export function currentSpan(): Span | null {
  return running.getStore() ?? null;
}

/** Runs work for a span. */
export function inSpan<Value>(span: Span | null, work: () => Value): Value {
  return span ? running.run(span, work) : withoutSpan(work);
}

/**
 * Runs work that belongs to no span, although one may start it: a loop, a batch or a listener would otherwise put the
 * work of others under the span that happened to come first.
 */
export function withoutSpan<Value>(work: () => Value): Value {
  return running.getStore() ? running.run(null, work) : work();
}

/**
 * Work that several callers share, such as a batch of reads. It is done for the span of its only cause. With several
 * causes it has a trace of its own with a link to each, because a span has one parent.
 */
export class SharedWork {
  readonly #name: string;
  #causes = new Set<Span>();

  constructor(name: string) {
    this.#name = name;
  }

  /** Notes that the caller waits for the next run. */
  join(): void {
    const span = currentSpan();
    if (span) this.#causes.add(span);
  }

  /** Does the work for all that have joined since the last run. */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    const causes = [...this.#causes];
    const [first] = causes;
    if (!first) return withoutSpan(work);
    this.#causes = new Set();
    if (causes.length === 1) return inSpan(first, work);
    const span = first.beginFor({ name: this.#name, kind: 'internal' }, causes);
    try {
      return await inSpan(span, work);
    } finally {
      span.end();
    }
  }
}
