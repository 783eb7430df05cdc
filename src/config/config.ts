import { StartError } from '../core/process/start-error.ts';
import { telemetryOf } from './open-telemetry.ts';
import { hasNamesakes, type OutsideIssuer } from './outside-issuers.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

type Values = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer Value>
    ? Value
    : never;
};

/** HAProxy takes a server out after three failed probes, two seconds apart, by default. */
const BALANCER_NOTICES_MS = 6_000;

type S3Setting = 's3Endpoint' | 's3Region' | 's3Bucket' | 's3AccessKeyId' | 's3SecretAccessKey';

type Joined =
  | 'isDemo'
  | 'isDemoPublic'
  | 'isWebhookLoopback'
  | 'drainNoticeMs'
  | 'jwksUrl'
  | 'jwtIssuer'
  | 'jwtAudience'
  | 'furtherIssuers'
  | S3Setting
  | 'adminEmail'
  | 'adminPassword';

/** The configuration of the server. `main` reads it once; it never changes. */
export interface Config extends Omit<Values, Joined> {
  /** Whether an empty database is filled with demo data. */
  readonly isDemo: boolean;
  /** Whether demo accounts may be served: to this machine alone, or because the operator has asked for it twice. */
  readonly mayServeDemo: boolean;
  /** Whether webhooks may send to this machine. */
  readonly isWebhookLoopback: boolean;
  /** The time between the end of readiness and the drain. */
  readonly drainNoticeMs: number;
  /** Where there is no PUBLIC_URL: whether links of e-mails lead to the address of this server. */
  readonly isLocal: boolean;
  /** The issuers whose tokens are accepted in addition to the server's own. */
  readonly outsideIssuers: readonly OutsideIssuer[];
  /** Whether spans are recorded and sent to a collector (`OTEL_…`). */
  readonly isTraced: boolean;
  /** The first account of an empty database. */
  readonly admin: FirstAdmin | undefined;
  /** The bucket that keeps attachments; undefined if a directory does. */
  readonly s3: S3Bucket | undefined;
}

export interface S3Bucket {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface FirstAdmin {
  readonly email: string;
  readonly password: string;
}

/** The variables of a process. An empty variable counts as absent, because compose files can hardly leave one out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration. Throws StartError with one sentence for each variable that is wrong. No sentence repeats a
 * value, which may be a secret in the wrong place.
 */
export function loadConfig(env: Environment): Config {
  const { values, problems } = readValues(env);
  const telemetry = telemetryOf(env);
  problems.push(...contradictions(env, values), ...telemetry.problems);
  if (problems.length > 0) throw new StartError(problems.join('\n'));

  const { isDemo: wantsDemo, isDemoPublic, isWebhookLoopback, drainNoticeMs, ...others } = values;
  const { jwksUrl, jwtIssuer, jwtAudience, furtherIssuers, adminEmail, adminPassword, ...withoutPairs } =
    others;
  const { s3Endpoint, s3Region, s3Bucket, s3AccessKeyId, s3SecretAccessKey, ...plain } = withoutPairs;
  const mayServeDemo = isDemoPublic === true || isLoopback(plain.host);
  const isDemo = wantsDemo ?? (plain.databaseUrl === undefined && mayServeDemo);
  return Object.freeze({
    ...plain,
    isDemo,
    mayServeDemo,
    isTraced: telemetry.isTraced,
    isLocal: isLoopback(plain.host),
    isWebhookLoopback: isWebhookLoopback ?? (isDemo && isLoopback(plain.host)),
    drainNoticeMs: drainNoticeMs ?? (isLoopback(plain.host) ? 0 : BALANCER_NOTICES_MS),
    outsideIssuers: issuersOf(values),
    s3:
      s3Endpoint && s3Bucket && s3AccessKeyId && s3SecretAccessKey
        ? Object.freeze({
            endpoint: s3Endpoint,
            region: s3Region,
            bucket: s3Bucket,
            accessKeyId: s3AccessKeyId,
            secretAccessKey: s3SecretAccessKey,
          })
        : undefined,
    admin:
      adminEmail && adminPassword ? Object.freeze({ email: adminEmail, password: adminPassword }) : undefined,
  });
}

/** The issuer of the three settings, and those of the list. */
function issuersOf({ jwksUrl, jwtIssuer, jwtAudience, furtherIssuers }: Values): readonly OutsideIssuer[] {
  const isGiven = jwksUrl && jwtIssuer && jwtAudience;
  const first = isGiven ? [{ jwksUrl, issuer: jwtIssuer, audience: jwtAudience }] : [];
  return Object.freeze([...first, ...(furtherIssuers ?? [])]);
}

function readValues(env: Environment): { values: Values; problems: string[] } {
  const problems: string[] = [];
  const entries = Object.entries(SETTINGS).map(([name, { variable, kind, fallback }]) => {
    const given = env[variable];
    if (!given) return [name, fallback];
    const value = kind.parse(given);
    if (value === undefined) problems.push(`${variable} must be ${kind.accepts}.`);
    return [name, value];
  });
  // The types of the table say what each entry holds; Object.fromEntries loses them.
  return { values: Object.fromEntries(entries) as Values, problems };
}

function contradictions(env: Environment, values: Values): string[] {
  const { auditRetentionDays, resumeHorizonHours, host } = values;
  const isExposed = values.isDemo && !values.isDemoPublic && host !== undefined && !isLoopback(host);
  const needsSecret = env.DATABASE_URL && !env.JWT_SECRET;
  const isTooShort = auditRetentionDays !== undefined && auditRetentionDays * 24 < resumeHorizonHours;
  return [
    ...(needsSecret
      ? [
          'JWT_SECRET must be set when DATABASE_URL is: every node that shares the database needs the same one.',
        ]
      : []),
    ...(env.DATABASE_OWNER_URL && !env.DATABASE_URL
      ? ['DATABASE_URL must be set when DATABASE_OWNER_URL is: they are two logins of one database.']
      : []),
    ...(isTooShort
      ? [
          'AUDIT_RETENTION_DAYS must not be shorter than RESUME_HORIZON_HOURS: a subscription cannot resume from changes that are no longer in the log.',
        ]
      : []),
    ...(isExposed
      ? [
          'DEMO_PUBLIC must be 1 when DEMO is and HOST is not a loopback address: any client of the server could sign in with the passwords of the demo data.',
        ]
      : []),
    ...(env.TRUSTED_DOCUMENTS_ONLY && !env.TRUSTED_DOCUMENTS
      ? [
          'TRUSTED_DOCUMENTS must be set when TRUSTED_DOCUMENTS_ONLY is: it says which documents are accepted.',
        ]
      : []),
    ...(values.isAdminReset && !env.ADMIN_EMAIL
      ? ['ADMIN_EMAIL must be set when ADMIN_RESET is: it says which account can sign in afterwards.']
      : []),
    ...(hasNamesakes(issuersOf(values))
      ? ['OUTSIDE_ISSUERS must name each issuer once, and not that of JWT_ISSUER again.']
      : []),
    ...incomplete(env, ['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE']),
    ...incomplete(env, ['ADMIN_EMAIL', 'ADMIN_PASSWORD']),
    ...incomplete(env, ['GATEWAY_URL', 'GATEWAY_SECRET']),
    ...incomplete(env, ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']),
  ];
}

function incomplete(env: Environment, group: readonly string[]): string[] {
  const missing = group.filter((variable) => !env[variable]);
  if (missing.length === 0 || missing.length === group.length) return [];
  return missing.map((variable) => `${variable} must be set too: ${group.join(', ')} go together.`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
