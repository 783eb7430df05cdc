import { Registry } from 'prom-client';
import { WebhookOutcome } from '../../generated/prisma/enums.ts';
import { SOCKET_CLOSE_REASONS } from './close-codes.ts';
import { metricKinds } from './metric-kinds.ts';

// Upper bounds: for the normal case, and for the delays that polling, a restart or an outage cause.
const LAG_SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
const WORK_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const FOLLOWERS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** The metrics of one node. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * All metrics, with a help text for operators. Reasons and codes are spelled as in logs and in answers to clients. No
 * label contains a tenant, a feed, a user or a document, so that the metrics do not disclose the customers of an
 * installation, and the number of series does not grow with them.
 */
export function createMetrics() {
  const registry = new Registry();
  const { counter, counters, gauge, gauges, histogram, histograms } = metricKinds(registry);
  return {
    registry,

    // From the log to this node.
    lag: histogram(
      'lockstep_lag_seconds',
      'Time from the write of a change until this node had it for its subscriptions, once for each change and feed.',
      LAG_SECONDS,
    ),
    changes: counters(
      'lockstep_changes_total',
      'Changes that this node had for its subscriptions: carried by a wake-up, read because a wake-up showed that changes were missing (gap), or found by reading the log (poll).',
      'source',
      ['wake_up', 'gap', 'poll'],
    ),
    wakeUpsSent: counters(
      'lockstep_wake_ups_sent_total',
      'Wake-ups of writes on this node: sent, failed because Redis was unavailable, or dropped because too many were waiting. After the last two the poll finds the changes.',
      'outcome',
      ['sent', 'failed', 'dropped'],
    ),
    wakeUpsReceived: counters(
      'lockstep_wake_ups_received_total',
      'Wake-ups that this node received: with their changes (full), without because the changes were too large (bare), or not from a node of this installation (forged).',
      'content',
      ['full', 'bare', 'forged'],
    ),
    polls: counters(
      'lockstep_polls_total',
      'How often this node read the ends of the subscribed feeds from the log.',
      'outcome',
      ['ok', 'failed'],
    ),
    logReads: histogram(
      'lockstep_log_read_seconds',
      'Reading a batch of changes from the log.',
      WORK_SECONDS,
    ),
    snapshotReads: histogram(
      'lockstep_snapshot_read_seconds',
      'Reading the rows of a snapshot, once for all subscriptions of an audience that begin together.',
      WORK_SECONDS,
    ),
    feeds: gauge('lockstep_feeds', 'Feeds that a client of this node subscribes to, or has as home feed.'),

    // From this node to its subscriptions.
    executions: counter(
      'lockstep_executions_total',
      'Changes executed and serialised, once for all subscriptions that share the result. Deliveries divided by executions is the number of subscriptions that share one.',
    ),
    deliveries: counters(
      'lockstep_deliveries_total',
      'Changes delivered: pushed to live subscriptions by their group, or taken by subscriptions that catch up or read another feed than the home feed.',
      'way',
      ['pushed', 'taken'],
    ),
    groupSize: histogram(
      'lockstep_group_size',
      'Live subscriptions to which one execution was pushed, once for each group and change.',
      FOLLOWERS,
    ),
    unshared: counter(
      'lockstep_unshared_followers_total',
      'Subscriptions that stopped sharing because a field reads who the viewer is without being declared personal: a fault of the schema.',
    ),
    resets: counters(
      'lockstep_resets_total',
      'Positions from which a subscription could not resume or continue, each answered with FeedReset or CURSOR_EXPIRED.',
      'reason',
      ['EXPIRED', 'EPOCH_CHANGED', 'RIGHTS_CHANGED'],
    ),
    followers: gauge('lockstep_followers', 'Subscriptions that are running.'),
    followersEnded: counters(
      'lockstep_followers_ended_total',
      'Subscriptions that ended: the client ended them or disconnected (LEFT), or the server ended them.',
      'reason',
      [
        'LEFT',
        'SUBSCRIPTION_REVOKED',
        'MODULE_DISABLED',
        'CURSOR_EXPIRED',
        'TOKEN_EXPIRED',
        'RIGHTS_WITHDRAWN',
        'TOO_MANY_CONNECTIONS',
        'DISCONNECTED',
        'FAILED',
      ],
    ),

    // Connections and operations.
    sockets: gauge('lockstep_sockets', 'WebSockets that are open.'),
    refusedOrigins: counter(
      'lockstep_refused_origins_total',
      'Requests and sockets of web pages whose origin is not in CORS_ORIGINS.',
    ),
    eventStreams: gauge('lockstep_event_streams', 'Event streams that are open.'),
    socketCloses: counters(
      'lockstep_socket_closes_total',
      'WebSockets that were closed, by the first reason of the server; CLIENT if the client closed, PROTOCOL if the client broke the rules of the protocol, VANISHED if it did not answer the keep-alive.',
      'reason',
      ['CLIENT', ...SOCKET_CLOSE_REASONS, 'PROTOCOL', 'VANISHED'],
    ),
    eventStreamUnsentBytes: gauge(
      'lockstep_event_stream_unsent_bytes',
      'Bytes that wait to be sent to event streams.',
    ),
    ringBytes: gauge(
      'lockstep_ring_bytes',
      'Approximate bytes of the latest changes that are kept in memory, of all feeds together.',
    ),
    compiledBytes: gauge(
      'lockstep_compiled_bytes',
      'Approximate bytes of the operations of subscriptions that are compiled.',
    ),
    unsentBytes: gauge('lockstep_unsent_bytes', 'Bytes that wait to be sent to WebSockets.'),
    maxUnsentBytes: gauge(
      'lockstep_max_unsent_bytes',
      'Bytes that wait to be sent to the slowest WebSocket.',
    ),
    operations: histograms(
      'lockstep_operation_seconds',
      'Operations that were executed; of a subscription, its start. Operations that were refused before are in lockstep_errors_total.',
      WORK_SECONDS,
      { kind: ['query', 'mutation', 'subscription'], outcome: ['ok', 'errors'] },
    ),
    operationsRunning: gauge(
      'lockstep_operations_running',
      'Operations that are being executed, running subscriptions not counted.',
    ),
    errors: counters(
      'lockstep_errors_total',
      'Errors in answers and deliveries to clients, by their code.',
      'code',
      [
        'BAD_USER_INPUT',
        'UNAUTHENTICATED',
        'FORBIDDEN',
        'NOT_FOUND',
        'RATE_LIMITED',
        'QUERY_TOO_COMPLEX',
        'CURSOR_EXPIRED',
        'CURSOR_INVALID',
        'PERSISTED_QUERY_NOT_FOUND',
        'SUBSCRIPTION_REVOKED',
        'MODULE_DISABLED',
        'TOKEN_EXPIRED',
        'DISCONNECTED',
        'TRY_AGAIN',
        'GRAPHQL_PARSE_FAILED',
        'GRAPHQL_VALIDATION_FAILED',
        'INTERNAL_SERVER_ERROR',
        'OTHER',
      ],
    ),

    // The public status pages.
    pageAnswers: counters(
      'lockstep_status_page_answers_total',
      'Answers to readers of public status pages: with the page (ok), that it is as the reader has it (unchanged), with the last known state because the node cannot see the present one (stale), that there is no page (not_found), that the network asks too often (limited), or that the page cannot be read (unavailable).',
      'outcome',
      ['ok', 'unchanged', 'stale', 'not_found', 'limited', 'unavailable'],
    ),
    pageReads: counter(
      'lockstep_status_page_reads_total',
      'Reads of public status pages from the database, each for all readers of the page on this node.',
    ),
    pageReaders: gauge('lockstep_status_page_readers', 'Event streams of public status pages that are open.'),

    // The work that is due at a time.
    dueWorkDelay: histogram(
      'lockstep_due_work_delay_seconds',
      'Time from when work was due until this node did it.',
      LAG_SECONDS,
    ),
    dueWorkFailures: counter(
      'lockstep_due_work_failures_total',
      'Tries of due work that failed on this node. After three the work is parked.',
    ),
    parkedWork: gauge(
      'lockstep_parked_work',
      'Due work that is parked in the whole installation: `parkedWork` lists it.',
    ),

    // Webhooks.
    webhookAttempts: counters(
      'lockstep_webhook_attempts_total',
      'Attempts to deliver an event of a webhook, by the outcome as the log of deliveries has it.',
      'outcome',
      Object.values(WebhookOutcome),
    ),
    webhooksStopped: gauges(
      'lockstep_webhooks_stopped',
      'Webhooks of the whole installation that do not send: paused by a user, by their document or by a loop, or disabled by their endpoint.',
      'status',
      ['PAUSED', 'DISABLED'],
    ),

    // The services that the node depends on.
    databaseWaiting: gauges(
      'lockstep_database_waiting',
      'Requests that wait for a connection to PostgreSQL: queries and mutations, readers of the log, or readers of the rights of viewers (identity).',
      'pool',
      ['queries', 'log', 'identity'],
    ),
    redisUp: gauge('lockstep_redis_up', '0 while Redis is configured and unavailable, else 1.'),
  };
}
