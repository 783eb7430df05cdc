import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deadline } from './deadline.ts';
import { RequestError } from './errors.ts';
import { sentences } from './fault.ts';
import { withoutSpan } from './tracing.ts';
import { Writes } from './writes.ts';

const BUDGET = sentences('QUERY_TOO_COMPLEX', {
  STATEMENTS_SPENT:
    'The operation takes more than {max} database statements (MAX_STATEMENTS): request smaller pages, or fewer lists and counts in the rows of a list.',
});

export interface OperationBudgetParts {
  /** The user or the network that the operation is counted for. */
  readonly client: string;
  readonly deadline: Pick<Deadline, 'remainingMs'>;
  /** MAX_STATEMENTS. */
  readonly maxStatements: number;
}

const running = new AsyncLocalStorage<OperationBudget | 'SHARED' | null>();

/**
 * The statements and the time that a running query or mutation may still take of the database. The pool finds it where
 * statements go out, so no resolver and no command can avoid it. It ends with its operation, and refuses what still runs
 * then: when a field that is not nullable fails, the fields beside it run on, and nothing waits for them any more. Work
 * that is to outlive its operation, e.g. the tail of a feed, starts in `without`.
 */
export class OperationBudget {
  readonly client: string;
  readonly writes = new Writes();
  readonly #deadline: Pick<Deadline, 'remainingMs'>;
  readonly #maxStatements: number;
  #statements = 0;
  #rows = 0;
  #hasEnded = false;

  constructor({ client, deadline, maxStatements }: OperationBudgetParts) {
    this.client = client;
    this.#deadline = deadline;
    this.#maxStatements = maxStatements;
  }

  /** The budget of the operation that the caller works for, ended or not; null if it works for none. */
  static get current(): OperationBudget | null {
    const budget = running.getStore();
    return budget instanceof OperationBudget ? budget : null;
  }

  /** Whether the caller works for several operations. */
  static get isShared(): boolean {
    return running.getStore() === 'SHARED';
  }

  /** Runs work for several operations: the time that one of them has left does not limit it, nor is it of its trace. */
  static shared<Value>(work: () => Promise<Value>): Promise<Value> {
    return running.run('SHARED', () => withoutSpan(work));
  }

  /** Runs work for no operation: it may outlive the one that starts it. */
  static without<Value>(work: () => Promise<Value>): Promise<Value> {
    return running.run(null, () => withoutSpan(work));
  }

  /** The time that is left; none after the end of the operation. */
  get remainingMs(): number {
    return this.#hasEnded ? 0 : this.#deadline.remainingMs;
  }

  /** The statements that it has sent; a transaction is one. */
  get statements(): number {
    return this.#statements;
  }

  /** The rows that its statements have returned. */
  get rows(): number {
    return this.#rows;
  }

  /** Counts the rows that a statement has returned. */
  returned(rows: number): void {
    this.#rows += rows;
  }

  /** Runs the operation. */
  async run<Value>(operation: () => Promise<Value>): Promise<Value> {
    try {
      return await running.run(this, operation);
    } finally {
      this.#hasEnded = true;
    }
  }

  /**
   * Counts a statement before it is sent, and returns the refusal if it is one too many. A transaction is one: commands
   * bound the statements in it themselves.
   */
  count(): RequestError | null {
    this.#statements += 1;
    if (this.#statements <= this.#maxStatements) return null;
    return new RequestError(BUDGET.STATEMENTS_SPENT({ max: this.#maxStatements }));
  }
}
