import pg from 'pg';
import { DatabaseBusy } from '../core/requests/database-busy.ts';
import { OperationBudget } from '../core/requests/operation-budget.ts';
import { currentSpan, type Span } from '../core/requests/tracing.ts';
import { SharedPlaces } from '../lib/shared-places.ts';
import { PoolRefusal } from './pool-refusal.ts';
import { isPoolTimeout } from './pool-timeout.ts';
import { limitStatements, type Send, sendInTime } from './remaining-time.ts';
import { UnsentStatement } from './statement-timeout.ts';
import { watchStatements } from './watched-statements.ts';

export interface QueryPoolOptions extends pg.PoolConfig {
  /** The number of connections. */
  readonly max: number;
  /** The time to wait for one. */
  readonly waitMs: number;
  /** The time limit of a statement; null where the database cannot interrupt one. */
  readonly statementTimeoutMs: number | null;
}

type ConnectCallback = Parameters<InstanceType<typeof pg.Pool>['connect']>[0];

/** The lane of what the server does by itself, which alone may take all connections. */
const SERVER = '';
function NOTHING(): void {}

/** The lane of reads that operations share. */
const SHARED = 'shared';

/**
 * The pool of Prisma's reads and writes. Clients share it: each holds at most half of the connections, and those that
 * wait take turns. A statement of an operation is counted before it is sent, and gets the time that the operation has
 * left.
 */
export class QueryPool extends pg.Pool {
  readonly #places: SharedPlaces;
  readonly #bounds: Pick<QueryPoolOptions, 'max' | 'waitMs' | 'statementTimeoutMs'>;

  constructor({ waitMs, statementTimeoutMs, ...options }: QueryPoolOptions) {
    super({ ...options, ...(statementTimeoutMs !== null && { statement_timeout: statementTimeoutMs }) });
    this.#bounds = { max: options.max, waitMs, statementTimeoutMs };
    this.#places = new SharedPlaces(options.max);
  }

  /** The number of connections that it may have. */
  get size(): number {
    return this.#bounds.max;
  }

  /** The number of connections that are lent. */
  get inUse(): number {
    return this.totalCount - this.idleCount;
  }

  /** The number of requests that wait for a connection. */
  get waiting(): number {
    return this.#places.waitingCount;
  }

  /** Lends a connection: with a callback for one statement, otherwise for a transaction. */
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    // The budget and the span are read now, because the callback of a pool is called by the client that gives its connection back.
    const budget = OperationBudget.current;
    const lane = budget?.client ?? (OperationBudget.isShared ? SHARED : SERVER);
    const span = currentSpan();
    if (!callback)
      return this.#lend(lane, budget, span).then((client) => this.#forTransaction(client, budget));
    this.#lend(lane, budget, span).then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  async #lend(lane: string, budget: OperationBudget | null, span: Span | null): Promise<pg.PoolClient> {
    const refusal = budget?.count();
    if (refusal) throw new PoolRefusal(refusal);
    const giveBack = await this.#takePlace(lane, budget);
    let client: pg.PoolClient;
    try {
      client = await super.connect();
    } catch (error) {
      giveBack();
      throw isPoolTimeout(error) ? new PoolRefusal(new DatabaseBusy()) : error;
    }
    const { release } = client;
    let unwatch = NOTHING;
    client.release = (error) => {
      unwatch();
      release(error);
      giveBack();
    };
    await this.#limit(client, budget);
    unwatch = watchStatements(client, budget, span);
    return client;
  }

  async #takePlace(lane: string, budget: OperationBudget | null): Promise<() => void> {
    const { max, waitMs } = this.#bounds;
    const remainingMs = budget?.remainingMs ?? waitMs;
    if (remainingMs <= 0) throw new UnsentStatement();
    const giveBack = await this.#places.take({
      lane,
      share: lane === SERVER ? max : Math.ceil(max / 2),
      maxWaiting: Number.POSITIVE_INFINITY,
      waitMs: Math.min(waitMs, remainingMs),
    });
    // The operation may have ended while its statement waited.
    const hasEnded = budget !== null && budget.remainingMs <= 0;
    if (giveBack && !hasEnded) return giveBack;
    giveBack?.();
    throw hasEnded || remainingMs < waitMs ? new UnsentStatement() : new PoolRefusal(new DatabaseBusy());
  }

  async #limit(client: pg.PoolClient, budget: OperationBudget | null): Promise<void> {
    const { statementTimeoutMs } = this.#bounds;
    if (statementTimeoutMs === null) return;
    try {
      await limitStatements(client, budget, statementTimeoutMs);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  #forTransaction(client: pg.PoolClient, budget: OperationBudget | null): pg.PoolClient {
    if (!budget) return client;
    const { query, release } = client;
    const send = sendInTime(query.bind(client) as Send, budget, this.#bounds.statementTimeoutMs);
    return Object.assign(client, {
      query: send,
      release: (error?: Error | boolean) => {
        Object.assign(client, { query });
        release(error);
      },
    });
  }
}
