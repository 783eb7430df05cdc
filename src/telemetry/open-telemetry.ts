import type { Context, Link, Span as OpenSpan, SpanContext } from '@opentelemetry/api';
import type { Log } from '../core/process/log.ts';
import type { NewSpan, Span, Tracing } from '../core/requests/tracing.ts';
import { reporting } from './reporting-exporter.ts';

/** No attribute of ours is longer: what comes from a client was cut before. */
const MAX_ATTRIBUTE_LENGTH = 128;
/** The time that a node which stops gives to its collector. */
const STOP_MS = 2_000;
/** Spans that wait for the collector; further ones are dropped, so that a collector that hangs takes no memory. */
const MAX_WAITING = 8_192;

/**
 * Opens the tracing of this process, as the standard variables `OTEL_…` configure it. The packages of OpenTelemetry are
 * loaded here and nowhere else, so an installation without them set loads none. Nothing is registered globally: two
 * nodes in one process have a tracing each, and no library of the process finds a tracer by itself.
 */
export async function openTracing(log: Log): Promise<Tracing> {
  const [api, sdk, otlp, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const named = resources.resourceFromAttributes({ 'service.name': 'lockstep' });
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
  const ofOperator = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.defaultResource().merge(named).merge(ofOperator),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
    spanProcessors: [
      new sdk.BatchSpanProcessor(reporting(new otlp.OTLPTraceExporter(), log), { maxQueueSize: MAX_WAITING }),
    ],
  });
  const tracer = provider.getTracer('lockstep');
  const { trace, ROOT_CONTEXT, SpanKind, SpanStatusCode } = api;
  const KINDS = {
    internal: SpanKind.INTERNAL,
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
  };

  const begin = ({ name, kind, attributes = {}, begunAt, links = [] }: NewSpan, under: Context): Span =>
    spanOf(
      tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes,
          links: links.map((place): Link => ({ context: spanContextOf(place) })),
          ...(begunAt !== undefined && { startTime: begunAt }),
        },
        under,
      ),
    );

  const spanOf = (span: OpenSpan): Span => {
    const place = span.spanContext();
    return {
      traceId: place.traceId,
      traceParent: traceParentAt(place),
      isRecorded: span.isRecording(),
      begin: (child) => begin(child, trace.setSpan(ROOT_CONTEXT, span)),
      beginFor: (shared, causes) =>
        begin({ ...shared, links: causes.map(({ traceParent }) => traceParent) }, ROOT_CONTEXT),
      end: ({ attributes, error, endedAt } = {}) => {
        if (attributes) span.setAttributes(attributes);
        if (error) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
        span.end(endedAt);
      },
    };
  };

  return {
    begin: (span, parent) =>
      begin(span, parent ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent)) : ROOT_CONTEXT),
    stop: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_MS);
      });
      // The exporter has reported why spans were not sent.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

/** The place that a `traceparent` names, which was checked where it came in. */
function spanContextOf(traceParent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceParent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function traceParentAt({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
