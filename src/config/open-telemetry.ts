const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];

/** The part of the standard variables of OpenTelemetry that this server decides by. */
interface Telemetry {
  /** Whether spans are recorded and sent. */
  readonly isTraced: boolean;
  /** A sentence for each variable that asks for something else than this server does. */
  readonly problems: readonly string[];
}

/**
 * Reads whether spans are sent: with the address of a collector, or with `OTEL_TRACES_EXPORTER=otlp`. All else that the
 * variables say is read by OpenTelemetry itself. It would only note to itself that it does something else than it is
 * told, so what it cannot do is refused here.
 */
export function telemetryOf(env: Readonly<Record<string, string | undefined>>): Telemetry {
  const exporter = env.OTEL_TRACES_EXPORTER || null;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none';
  if (isOff || (!endpoint && !exporter)) return { isTraced: false, problems: [] };
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const sampler = env.OTEL_TRACES_SAMPLER;
  const problems = [
    ...(exporter && exporter !== 'otlp' ? ['OTEL_TRACES_EXPORTER must be otlp or none.'] : []),
    ...(endpoint && !isHttp(endpoint)
      ? ['OTEL_EXPORTER_OTLP_ENDPOINT must be a URL that begins with http:// or https://.']
      : []),
    ...(protocol && !protocol.startsWith('http/')
      ? [
          'OTEL_EXPORTER_OTLP_PROTOCOL must be http/json or http/protobuf: spans are sent over HTTP (port 4318).',
        ]
      : []),
    ...(sampler && !SAMPLERS.includes(sampler)
      ? [`OTEL_TRACES_SAMPLER must be ${SAMPLERS.slice(0, -1).join(', ')} or ${SAMPLERS.at(-1)}.`]
      : []),
  ];
  return { isTraced: problems.length === 0, problems };
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
