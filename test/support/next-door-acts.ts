import type { Dice } from './dice.ts';
import { aPayment } from './homes.ts';
import { codes, mutate } from './mutate.ts';
import { aRequest, type NextDoor } from './next-door.ts';
import type { Person, Variables } from './person.ts';

const STATUSES = ['IN_PROGRESS', 'RESOLVED', 'CLOSED'];

/** Random acts next door: every act that a unit, a payment or a request can undergo. */
export class NextDoorActs {
  readonly #door: NextDoor;
  readonly #root: Person;
  readonly #dice: Dice;
  readonly #payments: string[];
  readonly #requests: string[];
  /** The number of acts that changed a row. Some are refused, since the dice do not know the state of the rows. */
  done = 0;

  constructor(door: NextDoor, root: Person, dice: Dice) {
    this.#door = door;
    this.#root = root;
    this.#dice = dice;
    this.#payments = [door.theirs.Payment ?? ''];
    this.#requests = [door.theirs.MaintenanceRequest ?? ''];
  }

  async act(): Promise<void> {
    await this.#dice.pick([
      () => this.#recordPayment(),
      () => this.#reportSomething(),
      () => this.#movePayment(),
      () => this.#moveRequest(),
      () => this.#changeUnit(),
      () => this.#changeNeighbour(),
    ])();
  }

  get #text(): string {
    return `${this.#door.canary} ${this.#dice.below(1_000_000)}`;
  }

  async #recordPayment(): Promise<void> {
    const status = this.#dice.pick(['PENDING', 'RECEIVED', 'FAILED']);
    const input = { unitId: this.#door.neighbours.id, status, reference: this.#text };
    this.#payments.push(this.#made(await aPayment(this.#root, input)));
  }

  async #reportSomething(): Promise<void> {
    const { neighbours } = this.#door;
    // A neighbour that has moved out cannot report anything, so a resident moves in first.
    await this.#do('unitResidentSet', { id: neighbours.id, residentId: neighbours.resident.userId });
    this.#requests.push(this.#made(await aRequest(neighbours, this.#text)));
  }

  async #movePayment(): Promise<void> {
    const id = this.#dice.pick(this.#payments);
    const [reference, reason] = [this.#text, this.#text];
    await this.#dice.pick([
      () => this.#do('paymentUpdate', { id, input: { reference } }),
      () => this.#do('paymentReceive', { id, input: { method: 'CARD' } }),
      () => this.#do('paymentFail', { id, input: { reason } }),
      () => this.#do('paymentRefund', { id, input: { reason } }),
      () => this.#do('paymentDelete', { id }),
    ])();
  }

  async #moveRequest(): Promise<void> {
    const id = this.#dice.pick(this.#requests);
    const assigneeId = this.#dice.pick([this.#door.assignee.userId, null]);
    const status = this.#dice.pick(STATUSES);
    const resolution = status === 'RESOLVED' ? this.#text : null;
    await this.#dice.pick([
      () => this.#do('maintenanceRequestUpdate', { id, input: { title: this.#text, priority: 'HIGH' } }),
      () => this.#do('maintenanceRequestAssign', { id, assigneeId }),
      () => this.#do('maintenanceRequestStatusSet', { id, status, resolution }),
      () => this.#do('maintenanceRequestReopen', { id, input: { reason: this.#text } }),
      () => this.#do('maintenanceRequestDelete', { id }),
    ])();
  }

  async #changeUnit(): Promise<void> {
    const { id, resident } = this.#door.neighbours;
    await this.#dice.pick([
      () => this.#do('unitUpdate', { id, input: { label: this.#text } }),
      () => this.#do('unitResidentSet', { id, residentId: null }),
      () => this.#do('unitResidentSet', { id, residentId: resident.userId }),
      () => this.#addAndRemoveUnit(),
    ])();
  }

  async #addAndRemoveUnit(): Promise<void> {
    const { own, neighbours } = this.#door;
    const input = { propertyId: own.Property, label: this.#text, residentId: neighbours.resident.userId };
    const { unitId } = await mutate(this.#root, 'unitCreate', { input }, 'unitId');
    await this.#do('unitDelete', { id: this.#made(unitId) });
  }

  async #changeNeighbour(): Promise<void> {
    const id = this.#door.neighbours.resident.userId;
    const [name, department] = [this.#text, this.#text];
    await this.#do('userUpdate', { id, input: { name, department } });
  }

  async #do(mutation: string, args: Variables): Promise<void> {
    const refused = await codes(this.#root, mutation, args);
    if (refused.length === 0) this.done += 1;
  }

  #made(id: string): string {
    this.#door.rowIds.push(id);
    this.done += 1;
    return id;
  }
}
