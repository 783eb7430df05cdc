import { schema } from '../../src/schema.ts';
import { Dice } from './dice.ts';
import { EveryStream } from './every-stream.ts';
import { aPayment } from './homes.ts';
import type { Installation } from './installation.ts';
import { mutate } from './mutate.ts';
import { aRequest, type NextDoor, nextDoor } from './next-door.ts';
import { NextDoorActs } from './next-door-acts.ts';
import { POSITION, randomDocument } from './random-document.ts';
import { documentOf, rootFields, typesOf } from './schema-walk.ts';
import { untilEven } from './until-even.ts';

const DEPTH = 3;

const streams = rootFields(schema).filter(({ operation }) => operation === 'subscription');

/** The results that one resident received, without positions, by the title of the subscription. */
export type Heard = ReadonlyMap<string, readonly string[]>;

/**
 * The same tenant twice. In the busy world neighbours act next door, in the idle one they do nothing. The acts about
 * the resident itself are the same in both.
 */
export class TwoWorlds {
  readonly busy: NextDoor;
  readonly quiet: NextDoor;
  readonly #installation: Installation;

  private constructor(installation: Installation, busy: NextDoor, quiet: NextDoor) {
    this.#installation = installation;
    this.busy = busy;
    this.quiet = quiet;
  }

  static async build(installation: Installation, permissions: readonly string[]): Promise<TwoWorlds> {
    const busy = await nextDoor(installation, permissions);
    return new TwoWorlds(installation, busy, await nextDoor(installation, permissions));
  }

  /** Runs the same in both worlds, and gives the result of the busy one and that of the idle one. */
  both<Value>(run: (door: NextDoor) => Promise<Value>): Promise<[Value, Value]> {
    return Promise.all([run(this.busy), run(this.quiet)]);
  }

  /** Runs random acts next door in the busy world, and gives the number of those that changed a row. */
  async actNextDoor(dice: Dice, times: number): Promise<number> {
    const acts = new NextDoorActs(this.busy, this.#installation.root, dice);
    for (let count = 0; count < times; count += 1) await acts.act();
    return acts.done;
  }

  /** Subscribes to every field in both worlds while both live on, and gives what each resident received. */
  async listen(
    seed: number,
    steps: number,
    betweenSteps: (dice: Dice) => Promise<void>,
  ): Promise<[Heard, Heard]> {
    const { root, app } = this.#installation;
    const afters = await this.both(({ tenantId }) => root.now(tenantId));
    const listeners = await this.both(async ({ home }) => new EveryStream(app.url, home.resident.token));
    const toldAll = async () => {
      const name = `marker ${crypto.randomUUID()}`;
      await this.both(({ tenantId: id }) => mutate(root, 'tenantUpdate', { id, input: { name } }));
      await Promise.all(listeners.map((one, at) => one.until(name, String(afters[at]))));
      await untilBothHeardAll(listeners);
    };
    try {
      for (const [at, door] of [this.busy, this.quiet].entries()) {
        followEverything(listeners[at] as EveryStream, door, new Dice(seed), String(afters[at]));
      }
      const dice = new Dice(seed);
      for (let step = 0; step < steps; step += 1) {
        await betweenSteps(dice);
        await this.#liveOn(step, toldAll);
      }
      await toldAll();
      return listeners.map(heardBy) as [Heard, Heard];
    } finally {
      await Promise.all(listeners.map((one) => one.close()));
    }
  }

  /** Changes the rows that other rows show in a step of their own: a delivery reads them, so they must be stable. */
  async #liveOn(step: number, toldAll: () => Promise<void>): Promise<void> {
    const { root } = this.#installation;
    await this.both(async ({ own, customerId }) => {
      await mutate(root, 'unitUpdate', { id: own.Unit, input: { label: `Own ${step}` } });
      await mutate(root, 'customerUpdate', { id: customerId, input: { company: `Elm ${step}` } });
    });
    await toldAll();
    await this.both(async ({ home, assignee }) => {
      const id = await aRequest(home, `own report ${step}`);
      await mutate(root, 'maintenanceRequestAssign', { id, assigneeId: assignee.userId });
    });
    await toldAll();
    await this.both(async ({ home }) => {
      const payment = await aPayment(root, { unitId: home.id, status: 'PENDING' });
      await mutate(root, 'paymentReceive', { id: payment });
    });
    await toldAll();
  }
}

/** Subscribes to every field there is, each with all its fields and with a random document. */
function followEverything(listener: EveryStream, { own }: NextDoor, dice: Dice, after: string): void {
  for (const root of streams) {
    const { name, args } = root.field;
    const hasTenant = args.some((arg) => arg.name === 'tenantId');
    const variables = { ...(hasTenant && { tenantId: own.Tenant }), after };
    listener.follow(name, documentOf(schema, root, DEPTH), variables);
    for (const { name: type, value } of typesOf(root.field)) {
      const document = documentOf(schema, root, DEPTH, value);
      listener.follow(`${name} of ${type}`, document, { ...variables, types: [type] });
    }
    const random = randomDocument(schema, root.field, dice, new Set(['feedCursor']));
    listener.follow(`${name}, at random`, random.text(null, false), variables);
  }
}

/** Waits until each stream gave both the same number of results; the comparison finds the streams that never do. */
function untilBothHeardAll(listeners: readonly EveryStream[]): Promise<void> {
  const counts = (one: EveryStream) => [...heardBy(one).values()].map((texts) => texts.length);
  return untilEven({
    isEven: () => new Set(listeners.map((one) => counts(one).join())).size === 1,
    received: () => listeners.flatMap(counts).reduce((sum, count) => sum + count, 0),
  });
}

function heardBy({ received }: EveryStream): Heard {
  const isPosition = (text: string) =>
    text.includes(POSITION) || text.includes('"__typename":"FeedPosition"');
  return new Map([...received].map(([title, texts]) => [title, texts.filter((text) => !isPosition(text))]));
}
