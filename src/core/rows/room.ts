import type { ModuleName } from '../rights/modules.ts';
import { type Grants, grantedPermissions } from '../rights/permissions.ts';
import type { ActivityWords } from './activity-words.ts';
import type { BulkAction } from './bulk-action.ts';
import type { Entity } from './change.ts';
import type { DemoData } from './demo-data.ts';
import type { DueAction } from './due-action.ts';
import type { MailText } from './mail-text.ts';
import type { ModelName } from './models.ts';
import type { Notice } from './notice.ts';
import type { PersonalTable, PersonalTables } from './personal-columns.ts';
import type { Reaction, Tally } from './reaction.ts';

/** The manifest of a room: everything except its part of the GraphQL schema, which it declares when it is imported. */
export interface Room {
  /**
   * The module to which all that it brings belongs. Where it is off, no row of the room is in any view, and none of its
   * work is done. Absent: the room is always there.
   */
  readonly module?: ModuleName;
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
  /** The changes of its rows of which users are notified. */
  readonly notifies?: readonly Notice<never>[];
  /** The words of the activity feed for steps of its rows that say more than that a row was changed. */
  readonly activities?: readonly ActivityWords<never>[];
  /** The texts of the e-mails that it sends. */
  readonly mailTexts?: readonly MailText[];
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
  readonly #modules = new Map<string, ModuleName>();

  /** Adds a room; its manifest, `<room>.room.ts`, calls this when it is imported. */
  add(room: Room): void {
    this.#all.push(room);
    grantedPermissions.add(room.permissions ?? {});
    const { module, entities = [], permissions = {}, bulkActions = [], dueActions = [] } = room;
    if (!module) return;
    const names = [
      ...entities.map(({ name }) => name),
      ...Object.keys(permissions),
      ...[...bulkActions, ...dueActions].map(({ kind }) => kind),
    ];
    for (const name of names) this.#modules.set(name, module);
  }

  /** The module of an entity, a permission, or a kind of bulk jobs or due work, by its name; undefined for none. */
  moduleOf(name: string): ModuleName | undefined {
    return this.#modules.get(name);
  }

  /** The names of all that belongs to a module: entities, permissions, kinds of bulk jobs and of due work. */
  get modules(): ReadonlyMap<string, ModuleName> {
    return this.#modules;
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

  /** The changes of which users are notified, by name. */
  get notices(): ReadonlyMap<string, Notice> {
    const all = this.#all.flatMap(({ notifies = [] }) => notifies) as unknown as Notice[];
    return new Map(all.map((notice) => [notice.key, notice]));
  }

  /** The words of the activity feed for steps of rows. */
  get activities(): readonly ActivityWords[] {
    return this.#all.flatMap(({ activities = [] }) => activities) as unknown as ActivityWords[];
  }

  /** The texts of e-mails, by name. */
  get mailTexts(): ReadonlyMap<string, MailText> {
    return new Map(this.#all.flatMap(({ mailTexts = [] }) => mailTexts).map((text) => [text.key, text]));
  }

  get demoData(): readonly DemoData[] {
    return this.#all.flatMap(({ demo = [] }) => demo);
  }
}

export const rooms = new Rooms();
