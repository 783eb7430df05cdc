import type pg from 'pg';
import type { OperationBudget } from '../core/requests/operation-budget.ts';
import type { Span } from '../core/requests/tracing.ts';
import { MODELS } from '../generated/models.ts';

const VERBS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'BEGIN', 'COMMIT', 'ROLLBACK', 'SET', 'WITH', 'LOCK'];
const TABLES: ReadonlySet<string> = new Set(Object.values(MODELS).map(({ table }) => table));
/** The first table that a statement names. */
const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:"public"\.)?"?([a-z_]+)"?/i;

type Query = (...args: unknown[]) => unknown;
type Done = (error: unknown, result: pg.QueryResult | undefined) => void;

/**
 * Counts the rows that a borrowed connection returns to its operation, and records each statement in the trace of the
 * borrower. The span is the borrower's own: while a statement waits for a connection, another one may be running.
 * Returns the function that ends it. A span names the verb and the table, and never the text or a value.
 */
export function watchStatements(
  client: pg.PoolClient,
  budget: Pick<OperationBudget, 'returned'> | null,
  span: Span | null,
): () => void {
  const traced = span?.isRecorded ? span : null;
  if (!budget && !traced) return () => {};
  const { query } = client;
  const send = query.bind(client) as Query;
  const watched: Query = (...args) => {
    const statement = traced?.begin(spanOf(textOf(args[0])));
    const done: Done = (error, result) => {
      const rows = result?.rows?.length ?? 0;
      budget?.returned(rows);
      statement?.end({
        attributes: { 'db.response.returned_rows': rows },
        error: error ? codeOf(error) : null,
      });
    };
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      return send(...args.slice(0, -1), (error: unknown, result: pg.QueryResult) => {
        done(error, result);
        callback(error, result);
      });
    }
    const sent = send(...args) as Promise<pg.QueryResult> | undefined;
    sent?.then?.(
      (result) => done(null, result),
      (error: unknown) => done(error, undefined),
    );
    return sent;
  };
  Object.assign(client, { query: watched });
  return () => void Object.assign(client, { query });
}

/** Records the statements of a pool in the traces of those who ask it. Its statements are single ones. */
export function traceStatements<Pool extends pg.Pool>(pool: Pool, currentSpan: () => Span | null): Pool {
  const query = pool.query.bind(pool) as Query;
  const traced: Query = (...args) => {
    const span = currentSpan();
    if (!span?.isRecorded) return query(...args);
    const statement = span.begin(spanOf(textOf(args[0])));
    const sent = query(...args) as Promise<pg.QueryResult>;
    sent.then(
      ({ rows }) => statement.end({ attributes: { 'db.response.returned_rows': rows.length } }),
      (error: unknown) => statement.end({ error: codeOf(error) }),
    );
    return sent;
  };
  return Object.assign(pool, { query: traced });
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return String((statement as { readonly text?: unknown } | undefined)?.text ?? '');
}

function spanOf(text: string) {
  const word = /^[\s(]*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? '';
  const verb = VERBS.includes(word) ? word : 'OTHER';
  const named = TABLE.exec(text)?.[1] ?? '';
  const table = TABLES.has(named) ? named : null;
  return {
    name: table ? `${verb} ${table}` : verb,
    kind: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': verb,
      ...(table && { 'db.collection.name': table }),
    },
  } as const;
}

/** The code of PostgreSQL, or the class of the error; no text, which can contain values. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[\w-]{1,32}$/.test(code) ? code : 'ERROR';
}
