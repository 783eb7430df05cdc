import { optional, type Setting, setting } from './setting.ts';
import {
  bearerSecret,
  emailAddress,
  flag,
  oneOf,
  origins,
  password,
  text,
  url,
  wholeNumber,
} from './value-kinds.ts';

const BYTES = wholeNumber(1_024, 64 * 1_024 * 1_024);
const MILLISECONDS = wholeNumber(1, 600_000);

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
    'The secret from which all keys are derived: changing it makes all tokens and cursors worthless, so that every user signs in again, and shuts out users with a second factor. Required with `DATABASE_URL`; otherwise one is generated and kept in `DATA_DIR`.',
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
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    kind: origins,
    fallback: [],
    unset: 'same origin only',
    description: 'The origins of web pages that may use the API, over HTTP and WebSocket.',
  } satisfies Setting<readonly string[]>,
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
  adminEmail: optional(
    'ADMIN_EMAIL',
    emailAddress,
    'none',
    'The first administrator of an empty database; goes with `ADMIN_PASSWORD`. Not used with demo data.',
  ),
  adminPassword: optional('ADMIN_PASSWORD', password, 'none', 'The password of that account.'),
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
  maxBodyBytes: setting('MAX_BODY_BYTES', BYTES, 524_288, 'The largest body of an HTTP request.'),
  maxDocumentBytes: setting('MAX_DOCUMENT_BYTES', BYTES, 32_768, 'The largest GraphQL document.'),
  // The parser and everything after it recurse: at 4,000 tokens of brackets the stack overflows. The default is enough
  // for a document that selects every scalar of sixty entities.
  maxTokens: setting('MAX_TOKENS', wholeNumber(50, 2_000), 1_500, 'Lexical tokens in a document.'),
  maxDepth: setting('MAX_DEPTH', wholeNumber(1, 100), 10, 'Levels of fields in an operation.'),
  maxAliases: setting('MAX_ALIASES', wholeNumber(0, 1_000), 30, 'Aliases in an operation.'),
  maxRootMutations: setting('MAX_ROOT_MUTATIONS', wholeNumber(1, 100), 10, 'Mutations in an operation.'),
  maxNodes: setting(
    'MAX_NODES',
    wholeNumber(100, 1_000_000),
    10_000,
    'Objects that an operation may request, counting every page as full. `__schema` counts as 2,000, `__type` as 100, a decision about a file as 50, a preview of decisions and a check of the audit chain as 6,000 each.',
  ),
  maxStatements: setting(
    'MAX_STATEMENTS',
    wholeNumber(10, 1_000_000),
    1_000,
    'Database statements that an operation may take, counting every page as full: one for each query, for each list in the rows of a list, and for each `totalCount`. A mutation is one.',
  ),
  maxAnswerBytes: setting(
    'MAX_ANSWER_BYTES',
    BYTES,
    8_388_608,
    'The largest answer or event. Beyond it a query or a mutation is null with an error; a mutation is written.',
  ),
  pageRequestsPerSecond: setting(
    'STATUS_PAGE_REQUESTS_PER_SECOND',
    wholeNumber(1, 1_000_000),
    50,
    'Requests for public status pages of a network (the /24 of an IPv4 address, the /56 of an IPv6 address), averaged over 10 seconds, on each node.',
  ),
  pageStreamsPerNetwork: setting(
    'STATUS_PAGE_STREAMS_PER_NETWORK',
    wholeNumber(1, 1_000_000),
    100,
    'Event streams of public status pages that such a network may have open, on each node; one more is refused with 429.',
  ),
  pageStreams: setting(
    'STATUS_PAGE_STREAMS',
    wholeNumber(1, 1_000_000),
    10_000,
    'Event streams of public status pages that a node keeps open, of all networks together; one more is refused with 503.',
  ),
  maxSnapshotRows: setting(
    'MAX_SNAPSHOT_ROWS',
    wholeNumber(1, 1_000_000),
    10_000,
    'Rows with which a subscription with `snapshot` may begin.',
  ),
  maxSnapshotBytes: setting(
    'MAX_SNAPSHOT_BYTES',
    BYTES,
    33_554_432,
    'The memory of these rows: about 1 KiB for each, and two bytes for each character.',
  ),
  wsMaxMessageBytes: setting('WS_MAX_MESSAGE_BYTES', BYTES, 262_144, 'The largest WebSocket message.'),
  wsInitTimeoutMs: setting(
    'WS_INIT_TIMEOUT_MS',
    MILLISECONDS,
    3_000,
    'How long a new socket may take to send `connection_init`.',
  ),
  wsMaxUnsentBytes: setting(
    'WS_MAX_UNSENT_BYTES',
    BYTES,
    1_048_576,
    'Bytes that may wait to be sent on a socket, beside its answers; beyond that a slow reader is closed with 1013 and may resume.',
  ),
  wsMaxOperations: setting('WS_MAX_OPERATIONS', wholeNumber(1, 10_000), 100, 'Operations open on a socket.'),
  wsMaxSocketsPerUser: setting(
    'WS_MAX_SOCKETS_PER_USER',
    wholeNumber(1, 1_000_000),
    20,
    'Sockets and event streams that a user may have open, over all nodes; one more is closed with 1013 or refused with 429.',
  ),
  wsMaxAnonymousSockets: setting(
    'WS_MAX_ANONYMOUS_SOCKETS',
    wholeNumber(1, 1_000_000),
    100,
    'Sockets of a network on which no user has signed in, on each node; one more is closed with 1013.',
  ),
  wsMessagesPerSecond: setting(
    'WS_MESSAGES_PER_SECOND',
    wholeNumber(1, 100_000),
    50,
    'Messages that a socket may send each second, pings included; beyond `WS_MESSAGE_BURST` it is closed with 1008.',
  ),
  wsMessageBurst: setting(
    'WS_MESSAGE_BURST',
    wholeNumber(1, 100_000),
    200,
    'Messages that a socket may send in a burst, e.g. when it opens.',
  ),
};
