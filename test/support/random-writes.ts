import type { TestApp } from './app.ts';
import { canaries, SPARE } from './canaries.ts';
import type { Crowd, CrowdedTenant, Somebody } from './crowd.ts';
import type { Dice } from './dice.ts';
import { codes, mutate } from './mutate.ts';
import { Person } from './person.ts';
import type { Call, RandomWrite, RoomSample, Scene, RandomWrites as Writes } from './room-sample.ts';
import { idField, placeOf, withId } from './sample-rows.ts';
import { samples } from './samples.ts';

const writesOfRooms = [...samples.values()].map((sample) => sample.randomWrites ?? writesOfRows(sample));

function ofKind(kind: keyof Writes): RandomWrite[] {
  return writesOfRooms.flatMap((writes) => writes[kind] ?? []);
}

const PLAIN = ofKind('plain');
const LINKED = ofKind('linked');
const RIGHTS = ofKind('rights');

/** Makes the writes of a room without writes of its own: its rows are created, changed and deleted. */
function writesOfRows({ rows }: RoomSample): Writes {
  const writes = rows.map(({ type, create, change, remove }): RandomWrite => {
    return async (scene) => {
      const { dice, places, take } = scene;
      const place = dice.pick(places);
      const id = remove && dice.chance(40) ? take(type) : undefined;
      if (remove && id) return scene.attempt(remove, { id });
      if (change && dice.chance(50)) return scene.attempt(...withId(change(place), place.ids[type]));
      return create && scene.create(type, create(place));
    };
  });
  return { linked: writes };
}

/** Random writes of a crowd, some run together and some alone. Refused writes are accepted. */
export class RandomWrites {
  readonly #crowd: Crowd;
  readonly #dice: Dice;
  readonly #nodes: readonly TestApp[];

  /** `nodes` are the servers that receive the writes. */
  constructor(crowd: Crowd, dice: Dice, nodes: readonly TestApp[]) {
    this.#crowd = crowd;
    this.#dice = dice;
    this.#nodes = nodes;
  }

  /** Runs up to `max` writes together. Their changes look the same to every reader at any time. */
  async burst(max: number): Promise<void> {
    const writes = Array.from({ length: 1 + this.#dice.below(max) }, () => this.#write(PLAIN));
    await Promise.all(writes);
  }

  /** Runs one write that is visible through other rows, or that changes what a user may do. */
  async single(): Promise<void> {
    await this.#write(this.#dice.chance(40) ? RIGHTS : LINKED);
  }

  #write(choice: readonly RandomWrite[]): Promise<unknown> {
    const tenant = this.#dice.pick(this.#crowd.tenants);
    const people = this.#crowd.people.filter(({ tenantIds }) => tenantIds.includes(tenant.id));
    return this.#dice.pick(choice)(this.#scene(tenant, people));
  }

  #scene(tenant: CrowdedTenant, people: readonly Somebody[]): Scene {
    const by = this.#dice.chance(60) ? this.#crowd.root : this.#one(people, 'TENANT_ADMIN');
    const keep = (type: string, id: string) =>
      tenant.spare.set(type, [id, ...(tenant.spare.get(type) ?? [])]);
    return {
      dice: this.#dice,
      by,
      owner: this.#one(people, 'OWNER'),
      tenantId: tenant.id,
      places: tenant.places,
      people: people.map(({ userId, role, key }) => ({ userId, role, attribute: canaries.attribute(key) })),
      spare: placeOf({ Tenant: tenant.id }, canaries.tenant(tenant.id), canaries.customer(SPARE)),
      take: (type) => tenant.spare.get(type)?.pop(),
      keep,
      async create(type, call) {
        const id = await attempted(by, type, call);
        if (id) keep(type, id);
      },
      attempt: (mutation, args, who = by) => codes(who, mutation, args),
    };
  }

  #one(people: readonly Somebody[], role: string): Person {
    const one = this.#dice.pick(people.filter((person) => person.role === role));
    return new Person(this.#dice.pick(this.#nodes).url, one.token);
  }
}

/** Creates a row and gives its id; null if it was refused. */
async function attempted(by: Person, type: string, [mutation, args]: Call): Promise<string | null> {
  const made = await mutate(by, mutation, args, idField(type)).catch(() => null);
  return made?.[idField(type)] ?? null;
}
