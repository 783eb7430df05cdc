import { isDeepStrictEqual } from 'node:util';
import { getNamedType, isObjectType } from 'graphql';
import type { Answer, Variables } from './person.ts';
import { MUTATIONS, type Told } from './story.ts';
import type { TableDump } from './table-dump.ts';
import { untilWorkIsDone } from './work-done.ts';

/** Mutations that create the row where there is none: they refuse any version then, and have no row to show. */
const CREATING = new Set(['consentGrant', 'consentRefuse', 'consentSetOnBehalf']);

/** The work that makes notifications, after the mutation has been answered. */
const NOTIFYING = ['notificationFanOut', 'notificationFollowUp'];

/** Runs the mutations of a story in further ways, and notes the mutations that break a common guarantee. */
export class GuaranteeFaults {
  readonly faults = { version: [] as string[], key: [] as string[] };
  /** The mutations with which each guarantee was tried. */
  readonly tried = { version: new Set<string>(), key: new Set<string>() };
  readonly #tables: TableDump;

  constructor(tables: TableDump) {
    this.#tables = tables;
  }

  /** Tries a mutation with stale versions first, and then runs it under a key and repeats it. */
  async around<Result>(told: Told, run: () => Promise<Result>): Promise<Result> {
    const takes = (name: string) => MUTATIONS[told.name]?.args.some((arg) => arg.name === name);
    const wronglyDone = takes('expectedVersion') ? await this.#tryStaleVersion(told) : null;
    // If a stale version did not stop the mutation, it is done, and the story continues to find further faults.
    if (wronglyDone) return answerOf(told.name, wronglyDone) as Result;
    if (!takes('idempotencyKey')) return run();
    return this.#tryKey(told, run);
  }

  async #tryStaleVersion({ name, args, by }: Told): Promise<Answer['data']> {
    this.tried.version.add(name);
    const before = await this.#changes();
    for (const expectedVersion of [0, 1_000_000]) {
      const { answer, payload } = await this.#ask({ name, args: { ...args, expectedVersion }, by });
      if (payload?.userErrors.length === 0) {
        this.#fault('version', name, `with expectedVersion ${expectedVersion}`, 'was done');
        return payload;
      }
      const [error, ...others] = payload?.userErrors ?? [];
      const entity = payload?.[entityOf(name)];
      const isShown = entity ? entity.version >= 1 : CREATING.has(name);
      if (error?.code !== 'VERSION_CONFLICT' || others.length > 0 || !isShown)
        this.#fault('version', name, `with expectedVersion ${expectedVersion}`, answer);
    }
    if ((await this.#changes()) !== before)
      this.#fault('version', name, 'with a stale version', 'changed something');
    return null;
  }

  async #tryKey<Result>({ name, args, by }: Told, run: () => Promise<Result>): Promise<Result> {
    this.tried.key.add(name);
    const idempotencyKey = crypto.randomUUID();
    const told = { name, args: { ...args, idempotencyKey }, by };
    const faultsBefore = this.faults.key.length;
    const first = await this.#ask(told);
    if (first.payload?.userErrors.length !== 0)
      this.#fault('key', name, 'with an idempotencyKey', first.answer);
    const before = await this.#rows();
    const again = await this.#ask(told);
    if (!isDeepStrictEqual(first.payload, again.payload)) this.#fault('key', name, 'repeated', again.answer);
    await this.#tryOtherBodies(told);
    if ((await this.#rows()) !== before) this.#fault('key', name, 'repeated', 'had a second effect');
    if (this.faults.key.length > faultsBefore) return answerOf(name, first.payload) as Result;
    // The story continues with the answer that the key remembers.
    Object.assign(args, { idempotencyKey });
    return run();
  }

  /** Another body under the same key is refused, whichever of its values differs. */
  async #tryOtherBodies({ name, args, by }: Told): Promise<void> {
    const { idempotencyKey, ...body } = args;
    let isRefusedForKey = false;
    for (const other of variations(body)) {
      const { answer, payload } = await this.#ask({ name, args: { ...other, idempotencyKey }, by });
      const isRefused = (answer.errors ?? payload?.userErrors ?? []).length > 0;
      if (!isRefused) this.#fault('key', name, 'with another body under the same key', { other, answer });
      isRefusedForKey ||= payload?.userErrors.some(
        ({ path }: { path: string[] }) => path.join() === 'idempotencyKey',
      );
    }
    if (!isRefusedForKey)
      this.#fault('key', name, 'with another body', 'was never refused because of its key');
  }

  async #ask({ name, args, by }: Told): Promise<{ answer: Answer; payload: Answer['data'] }> {
    const entity = entityOf(name);
    const types = new Map(MUTATIONS[name]?.args.map((arg) => [arg.name, String(arg.type)]));
    const declared = Object.keys(args).map((arg) => `$${arg}: ${types.get(arg)}`);
    const given = Object.keys(args).map((arg) => `${arg}: $${arg}`);
    const answer = await by.run(
      `mutation (${declared}) { ${name}(${given}) { ${entity} { id version } cursor userErrors { code message path } } }`,
      args,
    );
    return { answer, payload: answer.data?.[name] };
  }

  #fault(of: 'version' | 'key', name: string, when: string, what: unknown): void {
    this.faults[of].push(`${name} ${when}: ${typeof what === 'string' ? what : JSON.stringify(what)}`);
  }

  async #changes(): Promise<number> {
    const [row] = await this.#tables.run<{ count: number }>(
      "SELECT count(*)::int AS count FROM change WHERE entity <> 'BulkJob' AND actor_kind = 'USER' AND projection_of IS NULL",
    );
    return row?.count ?? 0;
  }

  /** Counts the rows of the log that a second effect would add. Rows of jobs that still run are not counted. */
  async #rows(): Promise<number> {
    await untilWorkIsDone(this.#tables, NOTIFYING);
    const [row] = await this.#tables.run<{ count: number }>(
      `SELECT count(*)::int AS count FROM change
       WHERE projection_of IS NULL AND (kind = 'CREATED' OR request_id IS NOT NULL AND entity <> 'BulkJob' AND actor_kind = 'USER'
         AND request_id NOT IN (SELECT request_id FROM bulk_job WHERE request_id IS NOT NULL))`,
    );
    return row?.count ?? 0;
  }
}

/** The part of a payload that a story reads, with the id of the entity under the entity's name. */
function answerOf(name: string, payload: Answer['data']): Answer['data'] {
  const entity = entityOf(name);
  return { ...payload, [`${entity}Id`]: payload?.[entity]?.id };
}

/** The field of a payload that holds the entity. */
function entityOf(name: string): string {
  const payload = getNamedType(MUTATIONS[name]?.type ?? null);
  if (!isObjectType(payload)) throw new Error(`${name} answers with no object.`);
  const entity = Object.values(payload.getFields()).find(({ type }) => {
    const named = getNamedType(type);
    return isObjectType(named) && 'version' in named.getFields();
  });
  return entity?.name ?? '__typename';
}

/** Fields that the fingerprint of a request leaves out: a password leaves no trace but its own hash. */
const NOT_IN_FINGERPRINTS = ['password', 'secret'];

/** The same arguments, each time with another value in one field. */
function variations(value: Variables): Variables[] {
  return Object.entries(value)
    .filter(([key]) => !NOT_IN_FINGERPRINTS.includes(key))
    .flatMap(([key, inner]) => othersOf(inner).map((other) => ({ ...value, [key]: other })));
}

function othersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return othersOf(value[0]).map((other) => [other, ...value.slice(1)]);
  if (typeof value === 'object' && value !== null) return variations(value as Variables);
  if (typeof value === 'number') return [value + 1];
  if (typeof value !== 'string') return [];
  return [/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value) ? crypto.randomUUID() : `${value}x`];
}
