import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Api } from '../support/api.ts';
import { OWN_CONNECTIONS, whileWorkIsHeld } from './held-work.ts';
import type { ServiceTime } from './service-time.ts';

/** The consents that end in one moment. The next ones end when these are done: a busy machine is late with no more. */
const WAVE = 20;
/** The most that a node claims at a time: if more is claimed, at least two nodes are at it. */
const MAX_CLAIMS = 50;
/** So many wait for their claim until all nodes are at work: as many as one node claims. */
const SUPPLY = 50;
const REST_MS = 1_000;
/** The time in which a node that lives finishes what it has claimed; less than a claim holds. */
const WORK_MS = 4_000;
const LOOK_MS = 5;
const CLAIM_PATIENCE_MS = 10_000;
/** A busy machine needs many attempts to kill a node that works. */
const KILL_PATIENCE_MS = 120_000;
/**
 * The claims of two killed nodes hold for 12 s, and two failed tries are repeated after 17 s. A consent that needs twice
 * this time, in which nodes were ready, has expired too late.
 */
export const MAX_DELAY_MS = 60_000;

const FOUND = `mutation ($name: String!, $slug: String!) {
  organizationCreate(input: { name: $name, slug: $slug }) { organization { id } userErrors { message } } }`;
const OPEN = `mutation ($organizationId: ID!, $name: String!, $slug: String!) {
  tenantCreate(input: { organizationId: $organizationId, name: $name, slug: $slug }) { tenant { id } userErrors { message } } }`;
const ADD = `mutation ($tenantId: ID!) {
  customerCreate(input: { tenantId: $tenantId, company: "Hooli" }) { customer { id } userErrors { message } } }`;
const ASK = `mutation ($tenantId: ID!) {
  consentPurposeCreate(input: { tenantId: $tenantId, key: "torture", title: "Torture" }) {
    consentPurpose { id } userErrors { message } } }`;

/** Consents that have reached their end, with their first record; each of another member of one customer. */
const END_NOW = `
  WITH ended AS (
    INSERT INTO consent (id, tenant_id, customer_id, member_id, purpose_id, state, notice_version, language, channel,
      granted_at, expires_at, updated_at)
    SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), $3, 'GRANTED', 1, 'en', 'SUBJECT', now(), now(), now()
    FROM generate_series(1, $4::int) RETURNING *
  ), recorded AS (
    INSERT INTO consent_record (id, consent_id, purpose_id, purpose_key, purpose_title, consent_version, step, state,
      notice_version, language, channel, granted_at, expires_at, recorded_at, actor_kind, actor_name, actor_of_platform)
    SELECT gen_random_uuid(), id, purpose_id, 'torture', 'Torture', 1, 'GRANT', state, notice_version, language, channel,
      granted_at, expires_at, now(), 'SYSTEM', 'torture', false FROM ended
  ), counted AS (
    UPDATE consent_stats SET granted = granted + $4 WHERE id = $3
  )
  INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
  SELECT gen_random_uuid(), 'consentExpiry', id, tenant_id, now(), now() FROM ended`;

const CLAIMED = `SELECT subject_id AS id, try_at::text AS until FROM due_work WHERE tries = 1 AND try_at > now()`;

const COUNTED = `
  SELECT (count(*) FILTER (WHERE try_at IS NOT NULL))::int AS open, (count(*) FILTER (WHERE tries = 0))::int AS unclaimed,
    (count(*) FILTER (WHERE parked_at IS NOT NULL))::int AS parked
  FROM due_work WHERE kind = 'consentExpiry'`;

const PARKED = `SELECT subject_id AS id FROM due_work WHERE parked_at IS NOT NULL`;

const RETRY = 'mutation { parkedWorkRetry { retriedCount userErrors { message } } }';

/** A consent that has expired; times are in milliseconds. */
export interface Expiry {
  readonly consentId: string;
  readonly endedAt: number;
  readonly expiredAt: number;
}

interface Claim {
  readonly id: string;
  readonly until: string;
}

/** The ends of consents that are scheduled. */
interface Schedule {
  /** Neither done nor parked. */
  readonly open: number;
  readonly unclaimed: number;
  readonly parked: number;
}

/** Consents of a tenant that end all the time, which is due work for the nodes. */
export class ExpiringConsents {
  readonly #root: Api;
  readonly #pool: pg.Pool;
  readonly #ids: readonly [tenantId: string, customerId: string, purposeId: string];
  readonly #service: ServiceTime;
  /** The last time at which an operator had the end of a consent tried again. */
  readonly #retriedAt = new Map<string, number>();
  /** Ends that failed three times, because of other faults, and that an operator had tried again. */
  retried = 0;

  private constructor(
    root: Api,
    pool: pg.Pool,
    ids: readonly [tenantId: string, customerId: string, purposeId: string],
    service: ServiceTime,
  ) {
    this.#root = root;
    this.#service = service;
    this.#pool = pool;
    this.#ids = ids;
  }

  /** Founds a tenant with a customer and a purpose for them. */
  static async found(root: Api, databaseUrl: string, service: ServiceTime): Promise<ExpiringConsents> {
    const names = { name: 'Hooli', slug: 'hooli' };
    const organizationId = await idOfNew(root, FOUND, names);
    const tenantId = await idOfNew(root, OPEN, { organizationId, ...names });
    const customerId = await idOfNew(root, ADD, { tenantId });
    const purposeId = await idOfNew(root, ASK, { tenantId });
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 4,
      application_name: OWN_CONNECTIONS,
    });
    pool.on('error', () => {}); // PostgreSQL is restarted now and then
    return new ExpiringConsents(root, pool, [tenantId, customerId, purposeId], service);
  }

  /** Lets consents end until the run is over. An operator retries what is parked. */
  async end(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { open, parked } = await this.#schedule();
      if (open === 0) await this.#endNow(WAVE);
      if (parked > 0) await this.#retry();
      await pause(REST_MS);
    }
  }

  /** Lets so many consents end that all nodes have work to do; resolves when they do, or after some seconds. */
  async untilAllWork(): Promise<void> {
    const deadline = Date.now() + CLAIM_PATIENCE_MS;
    while ((await this.#claims()).length <= MAX_CLAIMS && Date.now() < deadline) {
      if ((await this.#schedule()).unclaimed < SUPPLY) await this.#endNow(SUPPLY);
      await pause(LOOK_MS);
    }
  }

  /** Kills a node while all nodes are in the middle of ending consents; returns false if they never were. */
  async killAtWork(nodes: number, kill: () => Promise<void>): Promise<boolean> {
    const deadline = Date.now() + KILL_PATIENCE_MS;
    let isKilled = false;
    const killing = async () => {
      await kill();
      isKilled = true;
    };
    while (!isKilled && Date.now() < deadline) {
      if ((await this.#schedule()).unclaimed < SUPPLY) await this.#endNow(SUPPLY * nodes);
      await whileWorkIsHeld(this.#pool, this.#ids[2], nodes, killing).catch(() => pause(REST_MS));
    }
    return isKilled;
  }

  /** Counts, right after a node was killed, the consents that it had claimed and will not finish. */
  async abandoned(): Promise<number> {
    const claimed = await this.#claims();
    await pause(WORK_MS);
    const left = new Map((await this.#claims()).map(({ id, until }) => [id, until]));
    return claimed.filter(({ id, until }) => left.get(id) === until).length;
  }

  /** Resolves when all that is due is done, or after the time in which it must be. An operator retries what is parked. */
  async untilDone(): Promise<void> {
    const begunAt = this.#service.until();
    for (let left = await this.#schedule(); left.open + left.parked > 0; left = await this.#schedule()) {
      if (this.#service.until() - begunAt > MAX_DELAY_MS) return;
      if (left.parked > 0) await this.#retry();
      await pause(REST_MS);
    }
  }

  /** Returns how long after its end a consent expired, without the time in which no node was ready. */
  delayOf({ consentId, endedAt, expiredAt }: Expiry): number {
    const dueAt = Math.max(endedAt, this.#retriedAt.get(consentId) ?? 0);
    return this.#service.until(expiredAt) - this.#service.until(dueAt);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** A wave that the database did not take, because it restarts, is left out. */
  async #endNow(count: number): Promise<void> {
    await this.#pool.query(END_NOW, [...this.#ids, count]).catch(() => {});
  }

  async #claims(): Promise<readonly Claim[]> {
    return this.#pool.query<Claim>(CLAIMED).then(
      ({ rows }) => rows,
      () => [],
    );
  }

  /** While the database restarts, it counts as full of work. */
  async #schedule(): Promise<Schedule> {
    const unknown = { open: SUPPLY, unclaimed: SUPPLY, parked: 0 };
    return this.#pool.query<Schedule>(COUNTED).then(
      ({ rows }) => rows[0] ?? unknown,
      () => unknown,
    );
  }

  /** A retry that a node or the database does not answer, because it restarts, is repeated later. */
  async #retry(): Promise<void> {
    try {
      const { rows } = await this.#pool.query<{ id: string }>(PARKED);
      const { parkedWorkRetry } = await this.#root.ask<{ parkedWorkRetry: { retriedCount: number } }>(RETRY);
      this.retried += parkedWorkRetry.retriedCount;
      for (const { id } of rows) this.#retriedAt.set(id, Date.now());
    } catch {
      return;
    }
  }
}

async function idOfNew(root: Api, mutation: string, variables: object): Promise<string> {
  const data = await root.ask<Record<string, Record<string, { id: string } | null>>>(mutation, variables);
  const [payload = {}] = Object.values(data);
  const row = Object.values(payload).find((each) => each?.id);
  if (!row) throw new Error(`Nothing was made by ${mutation}.`);
  return row.id;
}
