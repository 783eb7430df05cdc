import type { NodeFacts } from '../../core/feeds/node-facts.ts';
import { inherited } from '../../core/rights/rules.ts';
import { listing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import {
  type HealthReason,
  type HealthState,
  type KnownHealth,
  REASONS,
  reasonsOf,
  stateOf,
} from './judged-health.ts';
import { COUNTED_AT_MOST, type Counts } from './stored-health.ts';

/** More nodes than an installation has. */
const MAX_NODES = 100;
const COUNTED = `counted up to ${COUNTED_AT_MOST.toLocaleString('en-US')}`;

const State = builder.enumType('SystemHealthState', {
  description: 'Whether the installation is well.',
  values: {
    OK: { description: 'Nothing is late, and nothing has failed.' },
    DEGRADED: { description: 'Something is late or waits for an operator. No change is lost.' },
    FAILING: { description: 'Users are refused, or do not receive what they should.' },
  } as const satisfies Record<HealthState, object>,
});

const Code = builder.enumType('SystemHealthReasonCode', {
  description: 'A reason why the installation is not well.',
  values: Object.fromEntries(
    Object.entries(REASONS).map(([code, { words }]) => [code, { description: words }]),
  ) as Record<HealthReason, { description: string }>,
});

const PartState = builder.enumType('SystemPartState', {
  description: 'Whether a part of the installation is there.',
  values: {
    UP: { description: 'It answers.' },
    DOWN: { description: 'It does not answer.' },
    UNUSED: { description: 'The configuration does without it.' },
  },
});
const PART_STATES = { up: 'UP', down: 'DOWN', unused: 'UNUSED' } as const;

const Reason = builder.objectRef<HealthReason>('SystemHealthReason').implement({
  description: 'A reason why the installation is not well.',
  rule: inherited,
  fields: (t) => ({
    code: t.field({ type: Code, description: 'The reason.', resolve: (code) => code }),
    message: t.string({
      description: 'The reason in words, with the name of its alarm in the runbook.',
      resolve: (code) => REASONS[code].words,
    }),
  }),
});

const ServerNode = builder.objectRef<NodeFacts>('ServerNode').implement({
  description:
    'A node of the installation, as it said of itself at its last beat. It beats four times in `PRESENCE_LEASE_MS`.',
  rule: inherited,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, which a node has until it ends.' }),
    version: t.exposeString('version', { description: 'The release that it runs.' }),
    since: t.field({
      type: 'DateTime',
      description: 'When it began to serve.',
      resolve: ({ since }) => new Date(since),
    }),
    connections: t.exposeInt('connections', {
      description: 'The open sockets and event streams of signed-in clients.',
    }),
    isDraining: t.exposeBoolean('isDraining', { description: 'Whether it is about to stop.' }),
    isReading: t.exposeBoolean('isReading', {
      description: 'Whether its last poll of the change log succeeded.',
    }),
    changesBehind: t.exposeInt('changesBehind', {
      description:
        'The changes in the feeds that its clients follow, as its last poll found them, that it has not passed to subscriptions yet.',
    }),
    msBehind: t.exposeInt('msBehind', {
      description: 'For how many milliseconds there have been such changes.',
    }),
    redis: t.field({
      type: PartState,
      description: 'Whether it reaches Redis.',
      resolve: ({ redis }) => PART_STATES[redis],
    }),
    redisLatencyMs: t.exposeInt('redisLatencyMs', {
      nullable: true,
      description: 'The milliseconds that Redis took to answer. Null if it did not, or there is none.',
    }),
    poolSize: t.exposeInt('poolSize', {
      description: 'The connections to the database that queries may use.',
    }),
    poolInUse: t.exposeInt('poolInUse', { description: 'Those that are in use.' }),
    poolWaiting: t.exposeInt('poolWaiting', { description: 'The requests that wait for one.' }),
  }),
});

const DatabaseHealth = builder.objectRef<KnownHealth>('DatabaseHealth').implement({
  description: 'The database.',
  rule: inherited,
  fields: (t) => ({
    isReachable: t.boolean({
      description: 'Whether it has answered within two seconds.',
      resolve: ({ stored }) => stored.counts !== null,
    }),
    latencyMs: t.int({
      nullable: true,
      description: 'The milliseconds that it took for the counts here. Null if it did not answer.',
      resolve: ({ stored }) => stored.latencyMs,
    }),
    poolSize: t.int({
      description: 'The connections that the queries of all nodes may use.',
      resolve: ({ nodes }) => sum(nodes, 'poolSize'),
    }),
    poolInUse: t.int({
      description: 'Those that are in use.',
      resolve: ({ nodes }) => sum(nodes, 'poolInUse'),
    }),
    poolWaiting: t.int({
      description: 'The requests that wait for one.',
      resolve: ({ nodes }) => sum(nodes, 'poolWaiting'),
    }),
    logMebibytes: t.int({
      nullable: true,
      description:
        'The size of the change log with its indexes, in MiB. Null if the database did not answer.',
      resolve: ({ stored }) => stored.counts?.logMebibytes ?? null,
    }),
  }),
});

function sum(nodes: readonly NodeFacts[], fact: 'poolSize' | 'poolInUse' | 'poolWaiting'): number {
  return nodes.reduce((total, node) => total + node[fact], 0);
}

const RedisHealth = builder.objectRef<KnownHealth>('RedisHealth').implement({
  description: 'Redis, as the nodes see it.',
  rule: inherited,
  fields: (t) => ({
    state: t.field({
      type: PartState,
      description: 'DOWN if one of the nodes does not reach it.',
      resolve: ({ nodes }) => {
        const seen = new Set(nodes.map(({ redis }) => redis));
        return seen.has('down') ? 'DOWN' : seen.has('up') ? 'UP' : 'UNUSED';
      },
    }),
    latencyMs: t.int({
      nullable: true,
      description: 'The longest time of a node, in milliseconds. Null if none got an answer.',
      resolve: ({ nodes }) => {
        const all = nodes.flatMap(({ redisLatencyMs }) => redisLatencyMs ?? []);
        return all.length > 0 ? Math.max(...all) : null;
      },
    }),
  }),
});

/** A type of counts of one part: each field is null if the database did not answer. */
function countsType(
  name: string,
  description: string,
  fields: Readonly<Record<string, [keyof Counts, string]>>,
) {
  return builder.objectRef<KnownHealth>(name).implement({
    description: `${description} Each is ${COUNTED}. Null if the database did not answer.`,
    rule: inherited,
    fields: (t) =>
      Object.fromEntries(
        Object.entries(fields).map(([field, [count, meaning]]) => [
          field,
          t.int({
            nullable: true,
            description: `${meaning} Null if the database did not answer.`,
            resolve: ({ stored }) => stored.counts?.[count] ?? null,
          }),
        ]),
      ),
  });
}

const DueWorkHealth = countsType('DueWorkHealth', 'The work that is done at a time.', {
  waiting: ['dueWaiting', 'Work that is scheduled.'],
  late: ['dueLate', 'Work that has been due for more than five seconds.'],
  parked: ['dueParked', 'Work that failed three times: see `parkedWork`.'],
});

const WebhookHealth = countsType('WebhookHealth', 'The webhooks of all tenants.', {
  active: ['webhooksActive', 'Webhooks that are ACTIVE.'],
  paused: ['webhooksPaused', 'Webhooks that are PAUSED.'],
  disabled: ['webhooksDisabled', 'Webhooks that are DISABLED.'],
  failing: [
    'webhooksFailing',
    'Webhooks that have delivered nothing for a day and more, because every attempt failed.',
  ],
  waitingDeliveries: ['deliveriesWaiting', 'Deliveries that are PENDING.'],
});

const MailHealth = countsType('MailHealth', 'The e-mails of the installation.', {
  waiting: ['mailWaiting', 'E-mails that wait for a try.'],
  failing: ['mailFailing', 'Those of them whose last try has failed.'],
});

/** The health of the installation. */
export const SystemHealth = builder.objectRef<KnownHealth>('SystemHealth').implement({
  description: 'How the installation is at a moment.',
  rule: inherited,
  fields: (t) => ({
    state: t.field({
      type: State,
      description: 'The state that follows from the reasons.',
      resolve: (known) => stateOf(reasonsOf(known)),
    }),
    reasons: t.field({
      type: [Reason],
      description: 'Why it is not OK, the worst first; empty if it is.',
      resolve: reasonsOf,
    }),
    nodes: t.field({
      type: [ServerNode],
      description: `The nodes, the oldest first, at most ${MAX_NODES}. One that was killed is gone within \`PRESENCE_LEASE_MS\`. Without Redis, or while it is unavailable: the node that answers.`,
      ...listing(MAX_NODES),
      resolve: ({ nodes }) => nodes.slice(0, MAX_NODES),
    }),
    database: t.field({ type: DatabaseHealth, description: 'The database.', resolve: itself }),
    redis: t.field({ type: RedisHealth, description: 'Redis.', resolve: itself }),
    dueWork: t.field({ type: DueWorkHealth, description: 'Work that is done at a time.', resolve: itself }),
    webhooks: t.field({ type: WebhookHealth, description: 'Webhooks.', resolve: itself }),
    mail: t.field({ type: MailHealth, description: 'E-mails.', resolve: itself }),
  }),
});

function itself(known: KnownHealth): KnownHealth {
  return known;
}
