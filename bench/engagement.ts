import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Seat } from './fan-out/dialogue.ts';
import { LeanSocket } from './fan-out/lean-socket.ts';
import { type LockstepInstallation, startLockstep } from './fan-out/lockstep.ts';
import { atMost, type Findings } from './findings.ts';
import { Api } from './support/api.ts';
import { processorSeconds } from './support/process-figures.ts';
import { toTable } from './support/table.ts';

/** The users who are present together, and the people whom one incident concerns. */
export const PRESENT_USERS = 5_000;
/** A node prolongs what it holds four times in a lease. */
const BEATS_PER_LEASE = 4;
const LEASE_MS = 20_000;
const MEASURED_MS = 30_000;
const CONNECTING = 100;
const LOOK_MS = 50;
const KIB = 1_024;

const SERVICE = `mutation ($name: String!) {
  serviceCreate(input: { name: $name }) { serviceId userErrors { message } } }`;
const INCIDENT = `mutation ($input: IncidentOpenInput!) {
  incidentOpen(input: $input) { incidentId userErrors { message } } }`;

interface Presence {
  readonly cpuSeconds: number;
  readonly heartbeats: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

interface Told {
  readonly people: number;
  readonly seconds: number;
  readonly answeredMs: number;
  readonly statements: number;
  readonly transactions: number;
}

/** Measures the cost of 5,000 users who are present, and the time until 5,000 people are notified of one incident. */
export async function measureEngagement(): Promise<Findings> {
  const installation = await startLockstep({
    settings: {
      PRESENCE_LEASE_MS: String(LEASE_MS),
      REQUESTS_PER_SECOND: '100000',
      WS_INIT_TIMEOUT_MS: '60000',
      QUERY_TIMEOUT_MS: '60000',
    },
  });
  try {
    const seats = await installation.seats({ subscribers: PRESENT_USERS, topics: 1 });
    const presence = await measurePresence(installation, seats);
    return findingsOf(presence, await measureFanOut(installation, seats));
  } finally {
    await installation.stop();
  }
}

/** Each user has a socket and subscribes to nothing: what remains is being there. */
async function measurePresence(
  { nodes: [node] }: LockstepInstallation,
  seats: readonly Seat[],
): Promise<Presence> {
  if (!node) throw new Error('There is no node.');
  const { heapBytes, rssBytes } = await node.gauge.memory();
  const idle = await processorSecondsOf(node.pid);
  const sockets: LeanSocket[] = [];
  for (let from = 0; from < seats.length; from += CONNECTING)
    sockets.push(...(await Promise.all(seats.slice(from, from + CONNECTING).map(connect))));
  await pause(LEASE_MS); // what the connecting has left is over
  const memory = await node.gauge.memory();
  const cpuSeconds = (await processorSecondsOf(node.pid)) - idle;
  for (const socket of sockets) socket.end();
  return {
    cpuSeconds,
    heartbeats: (MEASURED_MS / (LEASE_MS / BEATS_PER_LEASE)) * seats.length,
    heapBytes: memory.heapBytes - heapBytes,
    rssBytes: memory.rssBytes - rssBytes,
  };
}

/** The processor time of a process in the time of a measurement, in seconds. */
async function processorSecondsOf(pid: number): Promise<number> {
  const before = processorSeconds(pid);
  await pause(MEASURED_MS);
  return processorSeconds(pid) - before;
}

function connect({ port, token }: Seat): Promise<LeanSocket> {
  return new Promise((resolve, reject) => {
    const socket: LeanSocket = new LeanSocket({
      port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      onOpen: () => {
        const payload = { authorization: `Bearer ${token}` };
        socket.send(JSON.stringify({ type: 'connection_init', payload }));
      },
      // The first message is the acknowledgement.
      onText: () => resolve(socket),
      onEnd: (why) => reject(new Error(`A socket did not open: ${why}.`)),
    });
  });
}

/** One incident concerns all users of the tenant. The database counts what it does for it. */
async function measureFanOut({ settings }: LockstepInstallation, seats: readonly Seat[]): Promise<Told> {
  const [first] = seats;
  if (!first) throw new Error('There are no people.');
  const admin = new Api(`http://127.0.0.1:${first.port}`, first.token);
  const { serviceCreate } = await admin.ask<{ serviceCreate: { serviceId: string } }>(SERVICE, {
    name: 'Lift',
  });
  const client = new pg.Client({ connectionString: settings.DATABASE_URL ?? '' });
  await client.connect();
  try {
    const count = async (sql: string): Promise<number> =>
      Number((await client.query(sql)).rows[0]?.count ?? 0);
    const transactions = () =>
      count('SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()');
    const written = () =>
      count(`SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) AS count FROM pg_stat_user_tables`);
    const [before, rowsBefore] = [await transactions(), await written()];
    const services = [{ serviceId: serviceCreate.serviceId, status: 'MAJOR_OUTAGE' }];
    const input = { title: 'Lift stuck', impact: 'MAJOR', services, message: 'We look into it.' };
    const begun = performance.now();
    await admin.ask(INCIDENT, { input });
    const answeredMs = performance.now() - begun;
    let looks = 0;
    for (;;) {
      looks += 1;
      const waiting = await count('SELECT count(*) FROM notification_cause');
      if (waiting === 0) break;
      await pause(LOOK_MS);
    }
    const seconds = (performance.now() - begun) / 1_000;
    const people = await count('SELECT count(*) FROM notification');
    await pause(1_000); // PostgreSQL counts with a delay
    return {
      people,
      seconds,
      answeredMs,
      statements: (await written()) - rowsBefore,
      transactions: (await transactions()) - before - looks,
    };
  } finally {
    await client.end();
  }
}

function findingsOf(presence: Presence, told: Told): Findings {
  const cpuMs = (presence.cpuSeconds * 1_000) / (presence.heartbeats / 1_000);
  const kibOfUser = presence.rssBytes / PRESENT_USERS / KIB;
  const users = PRESENT_USERS.toLocaleString('en-GB');
  return {
    goals: [
      // 10,000 users who are there, and beat twice in ten seconds, leave most of a processor to the others.
      atMost(100, 'ms', { row: null, what: 'processor time of 1,000 heartbeats', measured: cpuMs }),
      atMost(64, 'KiB', { row: null, what: `memory of each of ${users} present users`, measured: kibOfUser }),
      atMost(60, 's', {
        row: null,
        what: `one incident until the last of ${told.people.toLocaleString('en-GB')} people has it`,
        measured: told.seconds,
      }),
    ],
    tables: [
      toTable([
        [`presence of ${users} users on one node`, ''],
        ['processor time of 1,000 heartbeats, ms', cpuMs.toFixed(2)],
        ['heap of each, KiB', (presence.heapBytes / PRESENT_USERS / KIB).toFixed(1)],
        ['resident memory of each, KiB', kibOfUser.toFixed(1)],
      ]),
      toTable([
        ['one incident, and the people whom it concerns', ''],
        ['people told', told.people],
        ['the mutation answers after, ms', Math.round(told.answeredMs)],
        ['the last has it after, s', told.seconds.toFixed(1)],
        ['transactions of the database', told.transactions],
        ['rows written, log and due work included', told.statements],
      ]),
    ],
    figures: { presence, told },
  };
}
