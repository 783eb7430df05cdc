import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PATIENCE_MS, within } from './patience.ts';

/** A span as it arrived at a collector. */
export interface Collected {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The node that sent it. */
  readonly service: string;
}

interface Value {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan extends Pick<Collected, 'traceId' | 'spanId' | 'name'> {
  readonly parentSpanId?: string;
  readonly attributes?: readonly Value[];
  readonly links?: Collected['links'];
}

interface Sent {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly Value[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly SentSpan[] }[];
  }[];
}

/** A collector of OpenTelemetry that takes spans over HTTP, as JSON, and keeps what it was sent. */
export class Collector {
  readonly url: string;
  readonly spans: Collected[] = [];
  /** The bodies as they came, for tests that search them. */
  readonly bodies: string[] = [];
  readonly #server: Server;
  #onArrival: () => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      const body = await text(request);
      this.#take(`${request.url} ${JSON.stringify(request.headers)}\n${body}`, body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }

  static async start(): Promise<Collector> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Collector(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** The spans of a trace. */
  of(traceId: string): Collected[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** Waits until what has arrived is as wanted. */
  async until(wanted: string, isSo: () => boolean): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#onArrival = () => {
        if (isSo()) resolve();
      };
      this.#onArrival();
    });
    const names = () => JSON.stringify(this.spans.slice(-60).map(({ name }) => name));
    await within(PATIENCE_MS, () => `not collected: ${wanted}; last ${names()}`, arrived);
  }

  #take(whole: string, body: string): void {
    this.bodies.push(whole);
    for (const { resource, scopeSpans = [] } of (JSON.parse(body) as Sent).resourceSpans ?? []) {
      const service = String(flat(resource?.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans = [] }) => spans)) {
        this.spans.push({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId || null,
          name: span.name,
          attributes: flat(span.attributes),
          links: span.links ?? [],
          service,
        });
      }
    }
    this.#onArrival();
  }
}

function flat(values: readonly Value[] = []): Record<string, unknown> {
  return Object.fromEntries(values.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Runs work while the variables of OpenTelemetry are set in this process, as its packages read them there. */
export async function withVariables<Answer>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}
