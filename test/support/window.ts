import { WHILE_A_JOB_RUNS_MS } from './bulk.ts';
import type { Person } from './person.ts';
import type { Stream } from './stream.ts';

/** A user as a window shows it. */
interface Shown {
  readonly id: string;
  readonly version: number;
  readonly attributes: readonly string[];
}

/** An item of the stream, with the parts that a window reads. */
interface Item {
  readonly __typename: string;
  readonly cursor: string;
  readonly user?: Shown;
  readonly userId?: string;
  readonly bulkJob?: { readonly status: string };
}

const PAGE = `query ($after: String) { users(first: 100, after: $after) {
  feedCursor pageInfo { hasNextPage endCursor } nodes { id version attributes } } }`;
const CHANGES = `subscription ($after: Cursor) { changes(types: [USER, BULK_JOB], after: $after) {
  __typename
  ... on ChangeEvent { cursor }
  ... on UserCreated { user { id version attributes } }
  ... on UserUpdated { user { id version attributes } }
  ... on UserDeleted { userId }
  ... on BulkJobUpdated { bulkJob { status } } } }`;

/** The list of users in one administrator's window: queried once, and kept current by the stream. */
export class Window {
  readonly #users: Map<string, Shown>;
  readonly #stream: Stream;
  /** The changes that the window received, in order. */
  readonly told: string[] = [];

  private constructor(users: readonly Shown[], stream: Stream) {
    this.#users = new Map(users.map((user) => [user.id, user]));
    this.#stream = stream;
  }

  static async open(person: Person): Promise<Window> {
    const { users, feedCursor } = await listOf(person);
    return new Window(users, person.follow(CHANGES, { after: feedCursor }));
  }

  /** Follows until a bulk job has ended. */
  async untilJobEnds(): Promise<void> {
    for (;;) {
      const item = (await this.#stream.change(WHILE_A_JOB_RUNS_MS)) as Item;
      this.told.push(`${item.__typename} ${item.cursor}`);
      if (item.user) this.#users.set(item.user.id, item.user);
      if (item.userId) this.#users.delete(item.userId);
      if (item.bulkJob?.status === 'COMPLETED') return;
    }
  }

  /** The list that the window shows. */
  get shown(): readonly Shown[] {
    return inOrder([...this.#users.values()]);
  }
}

/** The list that a fresh query gives. */
export async function listOf(person: Person): Promise<{ users: readonly Shown[]; feedCursor: string }> {
  const users: Shown[] = [];
  let feedCursor: string | null = null;
  let after: string | null = null;
  for (;;) {
    const { users: page } = await person.ask(PAGE, { after });
    feedCursor ??= page.feedCursor as string;
    users.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return { users: inOrder(users), feedCursor };
    after = page.pageInfo.endCursor;
  }
}

function inOrder(users: readonly Shown[]): Shown[] {
  return users.toSorted((a, b) => a.id.localeCompare(b.id));
}
