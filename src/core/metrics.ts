import { Registry } from 'prom-client';
import { SOCKET_CLOSE_REASONS } from './close-codes.ts';
import { metricKinds } from './metric-kinds.ts';

// Upper bounds. What is quick when all is well, and what the poll, a restart or an outage make of it.
const LAG_SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
const WORK_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const FOLLOWERS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** The metrics of one node. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every metric there is, with what it means to whoever reads it. Reasons and codes are written as clients and logs have
 * them. No label names a tenant, a feed, a user or a document: who reads the metrics of an installation is not thereby
 * told who its customers are, and the number of series does not grow with theirs.
 */
export function createMetrics() {
  const registry = new Registry();
  const { counter, counters, gauge, gauges, histogram, histograms } = metricKinds(registry);
  return {
    registry,

    // From the log to this node.
    lag: histogram(
      'lockstep_lag_seconds',
      'From when a change was written until this node had it for its followers, once for each change and feed.',
      LAG_SECONDS,
    ),
    changes: counters(
      'lockstep_changes_total',
      'Changes that this node had for its followers: brought by a wake-up, read because a wake-up showed that something was missing (gap), or found by asking the log (poll).',
      'source',
      ['wake_up', 'gap', 'poll'],
    ),
    wakeUpsSent: counters(
      'lockstep_wake_ups_sent_total',
      'Wake-ups of writes on this node: sent, failed because Redis was away, or dropped because too many were waiting. Of the last two the poll tells.',
      'outcome',
      ['sent', 'failed', 'dropped'],
    ),
    wakeUpsReceived: counters(
      'lockstep_wake_ups_received_total',
      'Wake-ups that came: with their changes (full), without because those were too large (bare), or not from a node of this installation (forged).',
      'content',
      ['full', 'bare', 'forged'],
    ),
    polls: counters(
      'lockstep_polls_total',
      'Times that this node looked in the log how far the followed feeds go.',
      'outcome',
      ['ok', 'failed'],
    ),
    logReads: histogram(
      'lockstep_log_read_seconds',
      'Reading a batch of changes from the log.',
      WORK_SECONDS,
    ),
    feeds: gauge('lockstep_feeds', 'Feeds that somebody on this node follows, or has as home feed.'),

    // From this node to its followers.
    executions: counter(
      'lockstep_executions_total',
      'Changes executed and serialised, each once for all who are shown the same. Deliveries divided by executions is how many share one.',
    ),
    deliveries: counters(
      'lockstep_deliveries_total',
      'Changes delivered: pushed to live followers by their group, or taken by those who catch up and by guests.',
      'way',
      ['pushed', 'taken'],
    ),
    groupSize: histogram(
      'lockstep_group_size',
      'Live followers that one execution was pushed to, once for each group and change.',
      FOLLOWERS,
    ),
    unshared: counter(
      'lockstep_unshared_followers_total',
      'Followers that went on alone because something they follow reads who the viewer is without saying so: a fault of the schema.',
    ),
    resets: counters(
      'lockstep_resets_total',
      'Places in a feed that could not be honoured, of clients that came back or were following, each told by FeedReset or CURSOR_EXPIRED.',
      'reason',
      ['EXPIRED', 'EPOCH_CHANGED'],
    ),
    followers: gauge('lockstep_followers', 'Subscriptions that are running.'),
    followersEnded: counters(
      'lockstep_followers_ended_total',
      'Subscriptions that ended: their client or its socket has gone (LEFT), or they were ended by the server.',
      'reason',
      [
        'LEFT',
        'SUBSCRIPTION_REVOKED',
        'CURSOR_EXPIRED',
        'TOKEN_EXPIRED',
        'RIGHTS_WITHDRAWN',
        'TOO_MANY_CONNECTIONS',
        'FAILED',
      ],
    ),

    // The way in and out.
    sockets: gauge('lockstep_sockets', 'WebSockets that are open.'),
    eventStreams: gauge('lockstep_event_streams', 'Event streams that are open.'),
    socketCloses: counters(
      'lockstep_socket_closes_total',
      'WebSockets that were closed, by the first reason that the server had; CLIENT if it had none, PROTOCOL if the client broke the rules of the protocol, VANISHED if it did not answer the keep-alive.',
      'reason',
      ['CLIENT', ...SOCKET_CLOSE_REASONS, 'PROTOCOL', 'VANISHED'],
    ),
    eventStreamUnsentBytes: gauge(
      'lockstep_event_stream_unsent_bytes',
      'Bytes that wait to be sent to event streams.',
    ),
    unsentBytes: gauge('lockstep_unsent_bytes', 'Bytes that wait to be sent to WebSockets.'),
    maxUnsentBytes: gauge(
      'lockstep_max_unsent_bytes',
      'Bytes that wait to be sent to the slowest WebSocket.',
    ),
    operations: histograms(
      'lockstep_operation_seconds',
      'Operations that were executed; of a subscription, its start. What was refused before is in lockstep_errors_total.',
      WORK_SECONDS,
      { kind: ['query', 'mutation', 'subscription'], outcome: ['ok', 'errors'] },
    ),
    operationsRunning: gauge(
      'lockstep_operations_running',
      'Operations that are being executed, running subscriptions not counted.',
    ),
    errors: counters(
      'lockstep_errors_total',
      'Errors in what clients were answered or delivered, by their code.',
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
        'SUBSCRIPTION_REVOKED',
        'GRAPHQL_PARSE_FAILED',
        'GRAPHQL_VALIDATION_FAILED',
        'INTERNAL_SERVER_ERROR',
        'OTHER',
      ],
    ),

    // What the node stands on.
    databaseWaiting: gauges(
      'lockstep_database_waiting',
      'Who waits for a connection to PostgreSQL: queries and mutations, readers of the log, or readers of who may act (identity).',
      'pool',
      ['queries', 'log', 'identity'],
    ),
    redisUp: gauge('lockstep_redis_up', '0 while Redis is configured and away, else 1.'),
  };
}
