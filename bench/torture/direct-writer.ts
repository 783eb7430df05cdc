import { setTimeout as pause } from 'node:timers/promises';
import { Transactions, type WriteParts } from '../../src/changes/transactions.ts';
import { systemActor } from '../../src/core/rows/actor.ts';
import type { Transact, Transaction } from '../../src/core/rows/transact.ts';
import type { Customer } from '../../src/generated/prisma/client.ts';
import { customerEntity } from '../../src/modules/customers/customers.changes.ts';
import type { Dice } from '../support/dice.ts';
import { textsOf } from './customers.ts';
import type { Attempt } from './ledger.ts';
import { CalledOff, fickle, type Moment } from './roll-back.ts';

export interface DirectWriterParts {
  readonly name: string;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly parts: WriteParts;
  readonly dice: Dice;
  readonly note: (attempt: Attempt) => void;
}

const ROLLED_BACK = 0.2;
const MOMENTS: readonly Moment[] = ['RECORDED', 'INSERTED', 'NUMBERED'];
const MAX_REST_MS = 200;

type Write = Pick<Attempt, 'kind' | 'mark'>;

/**
 * Writes customers through the product's own transactions, beside the server and on the same rows, and rolls every
 * fifth one back when its changes are already recorded, inserted or even numbered.
 */
export class DirectWriter {
  readonly #writer: DirectWriterParts;
  readonly #transact: Transact;
  #calledOffAt: Moment | null = null;
  #written = 0;

  constructor(writer: DirectWriterParts) {
    this.#writer = writer;
    const { parts, name } = writer;
    const prisma = fickle(parts.prisma, () => this.#calledOffAt);
    const actor = systemActor(name);
    this.#transact = new Transactions({ ...parts, prisma }).of({ actor, requestId: null, ip: null });
  }

  /** Writes until the run is over. */
  async write(isOver: () => boolean): Promise<void> {
    const { dice, note } = this.#writer;
    while (!isOver()) {
      this.#calledOffAt = dice.isLucky(ROLLED_BACK) ? (dice.pick(MOMENTS) ?? null) : null;
      const write: { -readonly [Key in keyof Write]: Write[Key] } = {
        kind: 'CREATED',
        mark: this.#nextMark(),
      };
      try {
        await this.#transact(async (tx) => {
          Object.assign(write, await this.#change(tx, write.mark));
          if (this.#calledOffAt === 'RECORDED') throw new CalledOff();
        });
        note({ ...write, outcome: 'ACKNOWLEDGED', tries: 1 });
      } catch (error) {
        note({ ...write, outcome: error instanceof CalledOff ? 'ROLLED_BACK' : 'UNKNOWN', tries: 1 });
      }
      await pause(dice.between(0, MAX_REST_MS));
    }
  }

  /** Creates, changes or deletes a customer, whatever other writers do to it. */
  async #change(tx: Transaction, mark: string): Promise<Write> {
    const { dice, tenant } = this.#writer;
    const texts = textsOf(tenant, mark);
    const id = dice.isLucky(0.2) ? undefined : dice.pick(await this.#ids(tx));
    const before = id && (await this.#locked(tx, id));
    if (!before) {
      const data = { ...texts, tenantId: tenant.id, email: 'someone@torture.test' };
      tx.created(customerEntity, await tx.db.customer.create({ data }));
      return { kind: 'CREATED', mark };
    }
    if (dice.isLucky(0.2)) {
      await tx.db.customer.delete({ where: { id } });
      tx.deleted(customerEntity, before);
      return { kind: 'DELETED', mark: id };
    }
    await tx.update(customerEntity, before, texts, (data) => tx.db.customer.update({ where: { id }, data }));
    return { kind: 'UPDATED', mark };
  }

  async #ids(tx: Transaction): Promise<string[]> {
    const tenantId = this.#writer.tenant.id;
    const rows = await tx.db.customer.findMany({
      where: { tenantId },
      select: { id: true },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ id }) => id);
  }

  async #locked(tx: Transaction, id: string): Promise<Customer | null> {
    await tx.lock(customerEntity, id);
    return tx.db.customer.findUnique({ where: { id } });
  }

  #nextMark(): string {
    this.#written += 1;
    return `${this.#writer.name}.${this.#written}`;
  }
}
