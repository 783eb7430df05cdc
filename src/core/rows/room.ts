import { type Grants, grantedPermissions } from '../rights/permissions.ts';
import type { BulkAction } from './bulk-action.ts';
import type { Entity } from './change.ts';
import type { DemoData } from './demo-data.ts';
import type { DueAction } from './due-action.ts';
import type { ModelName } from './models.ts';
import type { PersonalTable, PersonalTables } from './personal-columns.ts';
import type { Reaction, Tally } from './reaction.ts';

/** The manifest of a room: everything except its part of the GraphQL schema, which it declares when it is imported. */
export interface Room {
  /** Its tables in the change log. */
  readonly entities?: readonly Entity<never>[];
  /** Its work when rows change, its own or those of other rooms. */
  readonly reactions?: readonly Reaction<never>[];
  /** Its counts of rows, its own or those of other rooms. */
  readonly tallies?: readonly Tally<never>[];
  /** The actions of bulk jobs on its rows. */
  readonly bulkActions?: readonly BulkAction[];
  /** Its work when a time has come for which a row was scheduled. */
  readonly dueActions?: readonly DueAction<never>[];
  /** The personal data in its tables, column by column. */
  readonly personal?: PersonalTables;
  /** Its permissions, with the roles that grant them. */
  readonly permissions?: Grants;
  /** Its demo data, which may refer to that of earlier rooms. */
  readonly demo?: DemoData;
}

/** The rooms in the order of their imports, which is the order of their reactions and of their demo data. */
class Rooms {
  readonly #all: Room[] = [];

  /** Adds a room; its manifest, `<room>.room.ts`, calls this when it is imported. */
  add(room: Room): void {
    this.#all.push(room);
    grantedPermissions.add(room.permissions ?? {});
  }

  /** The entities of the change log, by name. */
  get entities(): ReadonlyMap<string, Entity> {
    const all = this.#all.flatMap(({ entities = [] }) => entities) as unknown as Entity[];
    return new Map(all.map((entity) => [entity.name, entity]));
  }

  get reactions(): readonly Reaction[] {
    return this.#all.flatMap(({ reactions = [] }) => reactions) as unknown as Reaction[];
  }

  get tallies(): readonly Tally[] {
    return this.#all.flatMap(({ tallies = [] }) => tallies) as unknown as Tally[];
  }

  /** The register of personal columns: the personal data in each table. */
  get personal(): ReadonlyMap<ModelName, PersonalTable> {
    const all = this.#all.flatMap(({ personal = {} }) => Object.entries(personal));
    return new Map(all as [ModelName, PersonalTable][]);
  }

  /** All permissions, with the roles that grant them. */
  get permissions(): typeof grantedPermissions {
    return grantedPermissions;
  }

  get bulkActions(): readonly BulkAction[] {
    return this.#all.flatMap(({ bulkActions = [] }) => bulkActions);
  }

  get dueActions(): readonly DueAction[] {
    return this.#all.flatMap(({ dueActions = [] }) => dueActions) as unknown as DueAction[];
  }

  get demoData(): readonly DemoData[] {
    return this.#all.flatMap(({ demo = [] }) => demo);
  }
}

export const rooms = new Rooms();
