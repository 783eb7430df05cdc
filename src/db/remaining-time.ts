import type pg from 'pg';
import type { OperationBudget } from '../core/requests/operation-budget.ts';
import { UnsentStatement } from './statement-timeout.ts';

type Operation = Pick<OperationBudget, 'remainingMs'>;

/** Sends a statement, as Prisma does. */
export type Send = (statement: pg.QueryConfig) => Promise<pg.QueryResult>;

/**
 * The limit of a connection changes in steps of a tenth. So operations that take less than a tenth of their time, which
 * are almost all, send no statement for it. An operation exceeds its time by a tenth at most.
 */
const STEPS = 10;

/** The limits of connections that differ from the limit of a new one. */
const limits = new WeakMap<pg.ClientBase, number>();

/**
 * Limits the next statements of a connection to the time that an operation has left; without one, to all of it. The
 * statement that sets the limit of the next borrower runs under this one, so it is never less than a step.
 */
export async function limitStatements(
  client: pg.ClientBase,
  operation: Operation | null,
  fullMs: number,
): Promise<void> {
  const ms = operation ? connectionLimitFor(operation, fullMs) : fullMs;
  if ((limits.get(client) ?? fullMs) === ms) return;
  await client.query(`SET statement_timeout = ${ms}`);
  limits.set(client, ms);
}

/**
 * Limits every statement of a transaction to the time that the operation has left. When the time is over, no further
 * one is sent but the end of the transaction. `fullMs` is null where the database cannot interrupt a statement.
 */
export function sendInTime(send: Send, operation: Operation, fullMs: number | null): Send {
  let limit = fullMs === null ? 0 : connectionLimitFor(operation, fullMs);
  return async (statement) => {
    const { text } = statement;
    if (text === 'BEGIN' || text === 'ROLLBACK') return send(statement);
    if (operation.remainingMs <= 0 && text !== 'COMMIT') throw new UnsentStatement();
    const ms = fullMs === null ? 0 : limitFor(operation, fullMs);
    if (ms < limit) {
      limit = ms;
      // The limit of the connection returns when the transaction ends.
      await send({ text: `SET LOCAL statement_timeout = ${ms}` }).catch(async (error) => {
        // Prisma gives the connection back after COMMIT, whether it was sent or not.
        if (text === 'COMMIT') await send({ text: 'ROLLBACK' });
        throw error;
      });
    }
    return send(statement);
  };
}

function connectionLimitFor(operation: Operation, fullMs: number): number {
  return Math.max(limitFor(operation, fullMs), Math.ceil(fullMs / STEPS));
}

function limitFor({ remainingMs }: Operation, fullMs: number): number {
  const step = fullMs / STEPS;
  const ms = remainingMs < step ? remainingMs : step * Math.ceil(remainingMs / step);
  return Math.max(1, Math.ceil(Math.min(ms, fullMs)));
}
