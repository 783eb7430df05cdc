import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { Dice } from './dice.ts';
import type { Person, Variables } from './person.ts';

/** A mutation and its arguments. */
export type Call = readonly [mutation: string, args: Variables];

/** One row of each type that has rows, by the name of the type. */
export type RowIds = Readonly<Record<string, string>>;

/** The surroundings of the rows of a sample: the rows that exist already, and texts that mark new ones. */
export interface Place {
  readonly ids: RowIds;
  /** The text that marks everything of the tenant. */
  readonly canary: string;
  /** Makes a new text of the tenant. It begins with the canary and can be a name, a slug or the first part of an address. */
  text(): string;
  /** Makes a new text of the customer in `ids`, which no other customer may read. */
  customerText(): string;
}

/** The mutations that make, change and delete a row of one type. */
export interface RowSample {
  /** The name of the type, in the schema and in the change log. */
  readonly type: string;
  /** The types whose rows are made before this one. */
  readonly needs?: readonly string[];
  /** Whether a tenant has one row of the type at most. */
  readonly isOnly?: boolean;
  /** Creates a row. Every text that it can hold carries a text of the place. */
  readonly create?: (place: Place) => Call;
  /** For a type that no mutation creates, and whose rows are addressed by their ids: finds a row. */
  readonly find?: (place: Place, root: Person) => Promise<string>;
  /** Changes the texts of the row; the id is added to the arguments. */
  readonly change?: (place: Place) => Call;
  /** The mutation that deletes the row by its id. */
  readonly remove?: string;
}

/** Runs the mutations of a room, each once and successfully, in a place with a row of every type. */
export interface Stage extends Place {
  readonly url: string;
  readonly root: Person;
  /** Runs a mutation and gives the selected part of the payload; throws if it was refused. */
  // biome-ignore lint/suspicious/noExplicitAny: each mutation answers with something else
  run(mutation: string, args: Variables, by?: Person, selection?: string): Promise<any>;
  /** Creates one more row of a type and gives its id. */
  another(type: string): Promise<string>;
  /** Waits until no bulk job of the tenant is open. */
  jobsEnded(): Promise<void>;
  /** Notes a secret that must not be in the change log. */
  keepSecret(...secrets: readonly string[]): void;
}

/** The choices of a random write: a user who may write, and the rows and users of a tenant. */
export interface Scene {
  readonly dice: Dice;
  readonly by: Person;
  /** A user of the tenant who may change its customer's account. */
  readonly owner: Person;
  readonly tenantId: string;
  /** One place for each customer of the tenant, with rows that stay. */
  readonly places: readonly Place[];
  readonly people: readonly { readonly userId: string; readonly role: string; readonly attribute: string }[];
  /** A place whose texts no customer of the tenant may read. */
  readonly spare: Place;
  /** Takes a row of a type that a random write created; undefined if there is none. */
  take(type: string): string | undefined;
  /** Keeps the id of a row that a later write may change or delete. */
  keep(type: string, id: string): void;
  /** Creates a row and keeps its id. */
  create(type: string, call: Call): Promise<void>;
  /** Runs a mutation and does not ask whether it was refused. */
  attempt(mutation: string, args: Variables, by?: Person): Promise<unknown>;
}

export type RandomWrite = (scene: Scene) => Promise<unknown>;

/**
 * Random writes, grouped by what other subscribers see of them. `plain` ones change rows that no other row shows, so
 * any number of them run together; `linked` ones change rows that are shown as part of others; `rights` change what
 * users may do.
 */
export type RandomWrites = Readonly<Partial<Record<'plain' | 'linked' | 'rights', readonly RandomWrite[]>>>;

/** A text that the sample writes into a field or row that not every viewer of its tenant sees. */
export interface GuardedText {
  readonly text: string;
  readonly isSeenBy: (viewer: Viewer) => boolean;
}

/** The part of a room that the walks over the schema must know. */
export interface RoomSample {
  readonly rows: readonly RowSample[];
  /** Entities whose rows appear with those of others, and are never addressed by an id. */
  readonly derived?: readonly string[];
  /** Runs the mutations that the rows of the sample do not run. */
  readonly story?: (stage: Stage) => Promise<void>;
  /** The random writes; by default the rows of the sample are created, changed and deleted. */
  readonly randomWrites?: RandomWrites;
  readonly guarded?: readonly GuardedText[];
  /**
   * The lists of the room that are no connections and that no `listOf` of the create input limits, each as `Type.field`,
   * with the reason why it is bounded.
   */
  readonly bounded?: Readonly<Record<string, string>>;
  /**
   * The columns, as `Filter.column`, in which no row keeps a value while the walks look, with the reason. Their operators
   * are not walked.
   */
  readonly fleeting?: Readonly<Record<string, string>>;
}
