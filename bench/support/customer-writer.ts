import { Transactions, type WriteParts } from '../../src/changes/transactions.ts';
import { systemActor } from '../../src/core/rows/actor.ts';
import type { Transact, Transaction } from '../../src/core/rows/transact.ts';
import { customerEntity } from '../../src/modules/customers/customers.changes.ts';
import { microseconds } from './microseconds.ts';
import { watchCommits } from './watch-commits.ts';

/** The actor of all changes of the bench. */
export const BENCH_ACTOR = systemActor('bench');

/** Changes one customer over and over, by the product's own transactions. Write again when the last one is done. */
export class CustomerWriter {
  readonly #id: string;
  readonly #transact: Transact;
  #committedAt = 0;

  constructor(parts: WriteParts, id: string) {
    this.#id = id;
    const prisma = watchCommits(parts.prisma, () => {
      this.#committedAt = microseconds();
    });
    this.#transact = new Transactions({ ...parts, prisma }).of({
      actor: BENCH_ACTOR,
      requestId: null,
      ip: null,
    });
  }

  /** Makes one change for each contact name, all in one transaction; returns the time of the COMMIT, in microseconds. */
  async write(contactNames: readonly string[]): Promise<{ committedAt: number; cursor: string | null }> {
    const { cursor } = await this.#transact((tx) => changeCustomer(tx, this.#id, contactNames));
    return { committedAt: this.#committedAt, cursor };
  }
}

/** Changes a customer once for each contact name: locks it, reads it and writes it, as a command does. */
export async function changeCustomer(
  tx: Transaction,
  id: string,
  contactNames: readonly string[],
): Promise<void> {
  await tx.lock(customerEntity, id);
  let customer = await tx.db.customer.findUniqueOrThrow({ where: { id } });
  for (const contactName of contactNames) {
    customer = await tx.update(customerEntity, customer, { contactName }, (data) =>
      tx.db.customer.update({ where: { id }, data }),
    );
  }
}
