import { ATTACHMENT_SETTINGS } from './attachment-settings.ts';
import { CLIENT_LIMITS } from './client-limits.ts';
import { MESSAGE_SETTINGS } from './message-settings.ts';
import { outsideIssuers } from './outside-issuers.ts';
import { optional, type Setting, setting } from './setting.ts';
import {
  BYTES,
  bearerSecret,
  emailAddress,
  flag,
  MILLISECONDS,
  oneOf,
  origins,
  password,
  text,
  url,
  wholeNumber,
} from './value-kinds.ts';

/**
 * All settings. The configuration is read by this table and the README's table is printed from it, so the two cannot
 * differ.
 */
export const SETTINGS = {
  port: setting('PORT', wholeNumber(0, 65_535), 4000, 'The port to listen on; `0` takes any free port.'),
  // Not 0.0.0.0: without any settings the demo accounts exist, and their password is in the README. An operator notices
  // soon that the neighbours of a container cannot reach the server, but not that a whole network can sign in.
  host: setting(
    'HOST',
    text('an address or a host name'),
    '127.0.0.1',
    'The address to listen on; `0.0.0.0` in a container.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    text('the URL of a PostgreSQL database'),
    'embedded',
    'The PostgreSQL database; without it an embedded one is kept in `DATA_DIR`.',
  ),
  databaseOwnerUrl: optional(
    'DATABASE_OWNER_URL',
    text('the URL of the same database with another login'),
    'the login of `DATABASE_URL`',
    'The login that owns the tables: it migrates them and removes changes past `AUDIT_RETENTION_DAYS`. The login of `DATABASE_URL` then only serves, and can neither update nor delete rows of the change log. Without it the server creates the restricted role `lockstep_server`, if it may, and switches to it (`SET ROLE`).',
  ),
  databasePoolSize: setting(
    'DATABASE_POOL_SIZE',
    wholeNumber(1, 1_000),
    10,
    'Connections to PostgreSQL for queries and mutations. Four more connections read the change log, and three more read the rights of viewers.',
  ),
  dataDir: setting(
    'DATA_DIR',
    text('a path'),
    '.data',
    'The directory of the embedded database and the generated secret.',
  ),
  redisUrl: optional(
    'REDIS_URL',
    url('redis', 'rediss'),
    'in-process',
    'The Redis that distributes change notifications and holds the shared rate-limit counters. A single node does not need Redis.',
  ),
  redisTimeoutMs: setting(
    'REDIS_TIMEOUT_MS',
    MILLISECONDS,
    100,
    'How long a request waits for Redis before its node uses counters of its own. After ten times as long without an answer Redis is considered unavailable.',
  ),
  jwtSecret: optional(
    'JWT_SECRET',
    text('a secret', 32),
    'generated',
    'The secret from which all keys are derived: changing it makes all tokens and cursors worthless, so that every user signs in again, shuts out users with a second factor, and loses the secrets of the configuration. Required with `DATABASE_URL`; otherwise one is generated and kept in `DATA_DIR`.',
  ),
  accessTokenSeconds: setting(
    'ACCESS_TOKEN_SECONDS',
    wholeNumber(1, 86_400),
    900,
    'How long an access token is valid; when it expires, the sockets and streams opened with it are closed.',
  ),
  jwksUrl: optional(
    'JWKS_URL',
    url('https', 'http'),
    'none',
    'The public keys of an external token issuer; goes with `JWT_ISSUER` and `JWT_AUDIENCE`.',
  ),
  jwtIssuer: optional('JWT_ISSUER', text('the `iss` of its tokens'), 'none', 'The trusted issuer (`iss`).'),
  jwtAudience: optional(
    'JWT_AUDIENCE',
    text('the `aud` of its tokens'),
    'none',
    'The audience (`aud`) that its tokens must have.',
  ),
  furtherIssuers: optional(
    'OUTSIDE_ISSUERS',
    outsideIssuers,
    'none',
    'Further trusted issuers. One with `domains` vouches for addresses of these alone, and its first token of a new address makes a user of the tenant, if the setting `auth.provisioning.role` of the tenant says as what.',
  ),
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    kind: origins,
    fallback: [],
    unset: 'same origin only',
    description: 'The origins of web pages that may use the API, over HTTP and WebSocket.',
  } satisfies Setting<readonly string[]>,
  trustedDocuments: optional(
    'TRUSTED_DOCUMENTS',
    text('the path of a file'),
    'none',
    'A JSON file with the documents of your clients by their SHA-256. A client may send the hash of such a document alone, as an automatic persisted query.',
  ),
  isTrustedOnly: optional(
    'TRUSTED_DOCUMENTS_ONLY',
    flag,
    '`0`',
    'Whether every other document is refused, also those of GraphiQL.',
  ),
  isGraphiql: optional(
    'GRAPHIQL',
    flag,
    '`1`',
    'Whether `/graphql` is GraphiQL in a browser. With `0` it is a page that does not exist; clients are served as before.',
  ),
  introspection: setting(
    'INTROSPECTION',
    oneOf('all', 'signed-in', 'none'),
    'all',
    'The clients that may read the schema. Without `all` there is no `/schema.graphql`, and errors suggest no names.',
  ),
  isDemo: optional(
    'DEMO',
    flag,
    '`1` with the embedded database on a loopback address, else `0`',
    'Whether an empty database is filled with demo data.',
  ),
  isDemoPublic: optional(
    'DEMO_PUBLIC',
    flag,
    '`0`',
    'Whether demo data, whose passwords are public, may be served on an address that other machines can reach. Without it such a `HOST` refuses `DEMO`, and a database with demo accounts that still have these passwords.',
  ),
  isWebhookLoopback: optional(
    'WEBHOOK_LOOPBACK',
    flag,
    '`1` with demo data that only this machine can reach, else `0`',
    'Whether webhooks may send to this machine, also by plain HTTP: for demos and tests. All other addresses that are not public are refused in any case.',
  ),
  adminEmail: optional(
    'ADMIN_EMAIL',
    emailAddress,
    'none',
    'The first administrator of an empty database; goes with `ADMIN_PASSWORD`. Not used with demo data.',
  ),
  adminPassword: optional('ADMIN_PASSWORD', password, 'none', 'The password of that account.'),
  isAdminReset: optional(
    'ADMIN_RESET',
    flag,
    '`0`',
    'Whether the start lets the operator in again where no administrator of the platform can sign in: the settings of sign-in of the platform return to their defaults, and the account of `ADMIN_EMAIL` is an active administrator with `ADMIN_PASSWORD` and no second factor, whose earlier sessions end. Take it away afterwards: each start does it again.',
  ),
  ...MESSAGE_SETTINGS,
  trustedProxies: setting(
    'TRUSTED_PROXIES',
    wholeNumber(0, 10),
    0,
    'How many proxies stand between clients and the server, each of which adds to `X-Forwarded-For`. With `0` the address of the connection counts as that of the client, so all clients of a proxy share the limits of its address.',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'Minimum severity to log.',
  ),
  metricsToken: optional(
    'METRICS_TOKEN',
    bearerSecret,
    'this machine only',
    'The bearer token for `/metrics`. Without it only requests from the same machine are answered: set it when a proxy runs on that machine.',
  ),
  pollIntervalMs: setting(
    'POLL_INTERVAL_MS',
    wholeNumber(10, 60_000),
    1_000,
    'How often a node polls for changes whose notification was lost: the delay of events while Redis is unavailable.',
  ),
  resumeHorizonHours: setting(
    'RESUME_HORIZON_HOURS',
    wholeNumber(1, 8_760),
    168,
    'How long a cursor can be used to resume.',
  ),
  auditRetentionDays: optional(
    'AUDIT_RETENTION_DAYS',
    wholeNumber(2, 36_500),
    'forever',
    'How long changes are kept in the log, which is the audit trail; not shorter than `RESUME_HORIZON_HOURS`.',
  ),
  keptPaymentDays: setting(
    'KEPT_PAYMENT_DAYS',
    wholeNumber(1, 36_500),
    3_650,
    'How long received payments of an erased tenant are kept, counted from their receipt: amount, times and the id of the payer.',
  ),
  ringSize: setting(
    'RING_SIZE',
    wholeNumber(1, 100_000),
    1_000,
    'How many of the latest changes of each feed a node keeps in memory for its subscriptions; fewer if they are large.',
  ),
  maxRingBytes: setting(
    'MAX_RING_BYTES',
    wholeNumber(1_024, 4 * 1_024 * 1_024 * 1_024),
    134_217_728,
    'Bytes of these changes, of all feeds of a node together; beyond that the feeds that were used least recently read from the database again.',
  ),
  queryTimeoutMs: setting(
    'QUERY_TIMEOUT_MS',
    MILLISECONDS,
    10_000,
    'How long a query, a mutation or an event may take. Beyond it PostgreSQL cancels its statements and decisions about files stop, with `QUERY_TOO_COMPLEX`. A subscription that has not started by then is refused with `TRY_AGAIN`.',
  ),
  requestsPerSecond: setting(
    'REQUESTS_PER_SECOND',
    wholeNumber(1, 1_000_000),
    500,
    'Queries, mutations and new event streams of a user, or of a network address without a user, averaged over 10 seconds and counted over all nodes.',
  ),
  operationsPerUser: setting(
    'OPERATIONS_PER_USER',
    wholeNumber(1, 10_000),
    10,
    'Queries and mutations of a user, or of a network address without a user, that run at a time on each node. At most 20 times as many wait for their turn, for half of `QUERY_TIMEOUT_MS`; beyond that they are refused with 429.',
  ),
  drainMs: setting(
    'DRAIN_MS',
    wholeNumber(0, 600_000),
    10_000,
    'Time limit of a graceful shutdown: clients are disconnected one by one, and running requests are answered.',
  ),
  drainNoticeMs: optional(
    'DRAIN_NOTICE_MS',
    wholeNumber(0, 600_000),
    '`0` on a loopback address, else `6000`',
    'How long a server that is about to stop is unready and still serves everything, so that a balancer notices: three probes of HAProxy by default. `DRAIN_MS` begins after it.',
  ),
  idleTimeoutMs: setting(
    'IDLE_TIMEOUT_MS',
    MILLISECONDS,
    75_000,
    'How long an HTTP connection without a request is kept: longer than a balancer keeps it, which is often 60 seconds, or a request that it sends at that moment is lost.',
  ),
  presenceLeaseMs: setting(
    'PRESENCE_LEASE_MS',
    wholeNumber(1_000, 600_000),
    30_000,
    'How long the clients of a killed node still count as connected. A node renews this for all of them together, four times in it.',
  ),
  presenceGraceMs: setting(
    'PRESENCE_GRACE_MS',
    wholeNumber(0, 600_000),
    10_000,
    'How long a user whose last connection has closed still counts as present: one that reconnects within this time is never seen offline.',
  ),
  sendTimeoutMs: setting(
    'SEND_TIMEOUT_MS',
    MILLISECONDS,
    30_000,
    'How long a client may take nothing of an answer or of an event stream before it is disconnected. A slow client that reads without pause is not.',
  ),
  maxUnsentAnswerBytes: setting(
    'MAX_UNSENT_ANSWER_BYTES',
    BYTES,
    67_108_864,
    'Bytes of answers that may wait to be sent, on each node; beyond that the client of the oldest answer of the network that has most of them is disconnected.',
  ),
  ...ATTACHMENT_SETTINGS,
  ...CLIENT_LIMITS,
};
