import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, type Findings } from '../findings.ts';
import type { Options } from '../options.ts';
import type { Api } from '../support/api.ts';
import { medianOf, type Spread, spreadOf } from '../support/figures.ts';
import { foundTenant, signInAsRoot, type Tenant } from '../support/people.ts';
import { residentKiB } from '../support/process-figures.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { shuffle } from '../support/shuffle.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { toTable } from '../support/table.ts';
import { type Adoptions, AdoptionWatch } from './adoptions.ts';
import { writeTenants } from './many-tenants.ts';

const PATH = 'branding.primaryColor';
const MANY = { tenants: 5_000, usersOfEach: 20, everyNth: 10, path: PATH, own: '#101010' };
const READERS = 10;
const SLICE_MS = 1_000;
const LOOK_MS = 50;

const UPDATE = `mutation ($value: JSON!, $previewToken: String) {
  configUpdate(input: { scope: PLATFORM, set: [{ path: "${PATH}", value: $value }] }, previewToken: $previewToken) {
    configuration { version } userErrors { message } } }`;
const PREVIEW = `query ($value: JSON!) {
  configChangePreview(input: { scope: PLATFORM, set: [{ path: "${PATH}", value: $value }] }) {
    previewToken tenantCount userCount userErrors { message } } }`;
const RUNS = '{ syncRuns(first: 2) { nodes { status total succeededCount failedCount } } }';
const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;
const QUESTIONS = {
  'effectiveConfig of a path': `{ effectiveConfig(paths: ["${PATH}"]) { settings { value } } }`,
  'a row': 'query ($id: ID!) { customer(id: $id) { company } }',
} as const;
type Question = keyof typeof QUESTIONS;

/** A preview of a change of the platform, and what it says. */
interface PreviewOfChange {
  readonly ms: number;
  readonly tenantCount: number;
  readonly userCount: number;
}

/** Two changes of the platform that reach every tenant while one node is killed twice. */
interface Rollout {
  /** The previews of the changes, each before its change. */
  readonly previews: readonly PreviewOfChange[];
  readonly writeMs: number;
  readonly seconds: number;
  readonly residentMiB: number;
  readonly adoptions: Adoptions;
  readonly completedRuns: number;
  /** Writes of another tenant at the other node, in milliseconds: before, and meanwhile. */
  readonly before: Spread;
  readonly meanwhile: Spread;
}

/**
 * Measures a platform whose configuration changes twice while 5,000 tenants of 20 users each adopt it: two nodes, of which
 * one is killed twice. Before that, the rate at which effective settings are read beside a plain row.
 */
export async function measureConfiguration({ rounds }: Options): Promise<Findings> {
  const site = await prepareSite({
    isEmbedded: false,
    nodes: 2,
    settings: { REQUESTS_PER_SECOND: '100000' },
  });
  try {
    for (const node of site.nodes) await node.start();
    const root = await signInAsRoot(site.server.url);
    const tenant = await foundTenant(root, 'Other');
    await writeTenants(databaseUrl(site), MANY);
    const rates = await readRates(tenant, rounds);
    return findingsOf(rates, await rollOut(site, root, tenant));
  } finally {
    await site.clear();
  }
}

function databaseUrl({ backing }: Site): string {
  if (!backing) throw new TypeError('The site has no PostgreSQL.');
  return backing.databaseUrl;
}

/** Requests per second of each question, round by round; the first round warms up. */
async function readRates({ staff }: Tenant, rounds: number): Promise<Record<Question, number>[]> {
  const { customerCreate } = await staff.TENANT_ADMIN.ask<{ customerCreate: { customer: { id: string } } }>(
    CREATE,
    { input: { company: 'Northwind' } },
  );
  const rates: Record<Question, number>[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const rate = { 'effectiveConfig of a path': 0, 'a row': 0 };
    for (const question of shuffle(Object.keys(QUESTIONS) as Question[])) {
      rate[question] = await rateOf(staff.TENANT_ADMIN, QUESTIONS[question], customerCreate.customer);
    }
    if (round > 0) rates.push(rate);
  }
  return rates;
}

async function rateOf(who: Api, query: string, variables: object): Promise<number> {
  const begunAt = performance.now();
  let count = 0;
  const read = async (): Promise<void> => {
    while (performance.now() - begunAt < SLICE_MS) {
      await who.ask(query, query.includes('$id') ? variables : {});
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return (count / (performance.now() - begunAt)) * 1_000;
}

async function rollOut(site: Site, root: Api, tenant: Tenant): Promise<Rollout> {
  const [frail, steady] = site.nodes as [ServerProcess, ServerProcess];
  const operator = root.at(steady.url);
  const writer = new Writer(tenant.staff.TENANT_ADMIN.at(steady.url));
  const before = await writer.during(() => pause(5_000));
  const watch = await AdoptionWatch.open(databaseUrl(site));
  const peak = { kiB: 0 };
  const until = async (count: number, version: number): Promise<void> => {
    while ((await watch.countAt(version)) < count) {
      peak.kiB = Math.max(peak.kiB, residentKiB(steady.pid));
      await pause(LOOK_MS);
    }
  };
  const previews: PreviewOfChange[] = [];
  const write = async (value: string): Promise<number> => {
    const askedAt = performance.now();
    const { configChangePreview } = await operator.ask<{
      configChangePreview: Omit<PreviewOfChange, 'ms'> & { previewToken: string };
    }>(PREVIEW, { value });
    const begunAt = performance.now();
    const { previewToken, ...counts } = configChangePreview;
    previews.push({ ms: begunAt - askedAt, ...counts });
    await operator.ask(UPDATE, { value, previewToken });
    return performance.now() - begunAt;
  };
  try {
    const begunAt = performance.now();
    const times: number[] = [];
    const meanwhile = await writer.during(async () => {
      times.push(await write('#202020'));
      await until(MANY.tenants / 3, 1);
      await killAndStart(frail);
      times.push(await write('#303030'));
      await until(MANY.tenants / 3, 2);
      await killAndStart(frail);
      await until(MANY.tenants, 2);
      await runsEnded(operator);
    });
    return {
      previews,
      writeMs: Math.max(...times),
      seconds: (performance.now() - begunAt) / 1_000,
      residentMiB: peak.kiB / 1_024,
      adoptions: await watch.read(2),
      completedRuns: (await runsOf(operator)).filter(
        ({ status, failedCount }) => status === 'COMPLETED' && failedCount === 0,
      ).length,
      before,
      meanwhile,
    };
  } finally {
    await watch.close();
  }
}

async function killAndStart(node: ServerProcess): Promise<void> {
  await node.end('SIGKILL');
  await node.start();
}

interface Run {
  readonly status: string;
  readonly failedCount: number;
}

async function runsOf(operator: Api): Promise<readonly Run[]> {
  return (await operator.ask<{ syncRuns: { nodes: Run[] } }>(RUNS)).syncRuns.nodes;
}

async function runsEnded(operator: Api): Promise<void> {
  while ((await runsOf(operator)).some(({ status }) => status !== 'COMPLETED')) await pause(LOOK_MS);
}

/** Writes customers of one tenant, one after the other. */
class Writer {
  readonly #who: Api;

  constructor(who: Api) {
    this.#who = who;
  }

  /** Writes while some work runs; returns the times of the writes in milliseconds. */
  async during(work: () => Promise<unknown>): Promise<Spread> {
    let isOver = false;
    const times: number[] = [];
    const write = async (): Promise<void> => {
      while (!isOver) {
        const begunAt = performance.now();
        await this.#who.ask(CREATE, { input: { company: `Company ${times.length}` } });
        times.push(performance.now() - begunAt);
      }
    };
    await Promise.all([
      write(),
      work().finally(() => {
        isOver = true;
      }),
    ]);
    return spreadOf(times);
  }
}

function findingsOf(rates: readonly Record<Question, number>[], rollout: Rollout): Findings {
  const { previews, adoptions, before, meanwhile, seconds, residentMiB, writeMs, completedRuns } = rollout;
  const rate = (question: Question) => medianOf(rates.map((one) => one[question]));
  const ratio = medianOf(rates.map((one) => one['effectiveConfig of a path'] / one['a row']));
  const wrong = adoptions.late + adoptions.repeated + adoptions.outOfOrder;
  const goal = (what: string, measured: number) => ({ row: null, what, measured });
  return {
    goals: [
      atMost(
        0,
        '',
        goal('of 5,000 tenants too late, moved twice or moved back, with a node killed twice', wrong),
      ),
      atLeast(2, '', goal('runs that have completed without a failed tenant', completedRuns)),
      atMost(200, 'ms', goal('a write of another tenant meanwhile, p99', meanwhile.p99)),
      atLeast(0.8, '×', goal('effectiveConfig of a path ÷ a row, requests/s', ratio)),
    ],
    tables: [
      toTable([
        ['two changes of the platform, 5,000 tenants × 20 users', ''],
        ['the longer preview, ms', Math.max(...previews.map(({ ms }) => ms)).toFixed(0)],
        [
          'tenants and users whose value it says changes',
          previews.map(({ tenantCount, userCount }) => `${tenantCount} and ${userCount}`).join('; '),
        ],
        ['the longer write, ms', writeMs.toFixed(0)],
        ['until every tenant has both, s', seconds.toFixed(1)],
        ['memory of the node that stays, MiB', residentMiB.toFixed(0)],
        ['versions of tenants written', adoptions.rows],
      ]),
      toTable([
        ['writes of another tenant, ms', 'p50', 'p99', 'most'],
        ['before', ...inMs(before)],
        ['meanwhile', ...inMs(meanwhile)],
      ]),
      toTable([
        ['requests/s', 'median'],
        ...(Object.keys(QUESTIONS) as Question[]).map(
          (question) => [question, Math.round(rate(question))] as const,
        ),
      ]),
    ],
    figures: { rates, rollout },
  };
}

function inMs({ p50, p99, max }: Spread): string[] {
  return [p50, p99, max].map((ms) => ms.toFixed(1));
}
