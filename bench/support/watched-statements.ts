import pg from 'pg';

const READING = /^\s*(SELECT|WITH)\b/i;
const WRITING = /\b(INSERT INTO|UPDATE|DELETE FROM)\b/i;

/** A statement as it was sent. */
interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A node of a plan of PostgreSQL. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The way in which a statement read one table. */
export interface Scan {
  readonly table: string;
  /** The index; null for a read of the whole table. */
  readonly index: string | null;
  /** The rows that it read, those that a filter removed included. */
  readonly rows: number;
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

/** Watches the queries that this process sends over connections that were opened after the watch began. */
export class StatementWatch {
  readonly #query = pg.Client.prototype.query;
  readonly #tables: RegExp;
  #taken: Statement[] = [];

  /** `tables` matches the queries that are of interest. */
  constructor(tables: RegExp) {
    this.#tables = tables;
    const send = this.#query as Query;
    const take = (given: string | Statement, values: readonly unknown[] = []) => this.#take(given, values);
    const watched: Query = function (...args) {
      take(...(args as [string | Statement, (readonly unknown[])?]));
      return send.apply(this, args);
    };
    pg.Client.prototype.query = watched as typeof pg.Client.prototype.query;
  }

  /** Runs `work` and returns the queries that were sent meanwhile. */
  async during(work: () => Promise<unknown>): Promise<readonly Statement[]> {
    this.#taken = [];
    await work();
    return this.#taken;
  }

  stop(): void {
    pg.Client.prototype.query = this.#query;
  }

  #take(given: string | Statement, values: readonly unknown[]): void {
    const { text, values: bound = [] } = typeof given === 'string' ? { text: given, values } : given;
    if (READING.test(text) && !WRITING.test(text) && this.#tables.test(text))
      this.#taken.push({ text, values: bound });
  }
}

/** Runs a statement again, and returns how it read its tables. */
export async function scansOf(client: pg.ClientBase, { text, values }: Statement): Promise<Scan[]> {
  const explained = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explained, [...values]);
  const [plan] = rows;
  return plan ? scansIn(plan['QUERY PLAN'][0].Plan) : [];
}

function scansIn(node: PlanNode): Scan[] {
  const below = (node.Plans ?? []).flatMap(scansIn);
  const table = node['Relation Name'];
  if (table === undefined) return below;
  // The index of a bitmap is in the node below, which names no table.
  const bitmap = node.Plans?.map((one) => one['Index Name']).find((name) => name !== undefined);
  const each = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
  const rows = each * (node['Actual Loops'] ?? 1);
  return [{ table, index: node['Index Name'] ?? bitmap ?? null, rows }, ...below];
}
