import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../core/process/log.ts';
import { sparingLog } from '../core/process/sparing-log.ts';

/** The numbers of OpenTelemetry's ExportResultCode. */
const SUCCESS = 0;

/**
 * Warns the operator, sparingly, when spans do not arrive; OpenTelemetry itself is silent about it. The line has the
 * code of the error only: its text can contain the address and the headers of the collector, which hold secrets.
 */
export function reporting(exporter: SpanExporter, log: Log): SpanExporter {
  const warn = sparingLog((fields) => log.warn(fields, 'spans not sent: OTEL_EXPORTER_OTLP_ENDPOINT'));
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== SUCCESS) warn({ spans: spans.length, code: codeOf(result.error) });
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** The status that the collector answered, or the code of the network's error; no text. */
function codeOf(error: unknown): string | number | null {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? code : null;
}
