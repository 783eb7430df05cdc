import { setting } from './setting.ts';
import { BYTES, MILLISECONDS, wholeNumber } from './value-kinds.ts';

/** The settings that limit what clients may send, request and keep open; a part of `SETTINGS`. */
export const CLIENT_LIMITS = {
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
    'Objects that an operation may request, counting every page as full. `__schema` counts as 2,000, `__type` as 100, a decision about a file as 50, a look at presence or connections as 1,000 beside what it shows, a preview of decisions and a check of the audit chain as 6,000 each.',
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
