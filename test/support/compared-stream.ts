import { type GraphQLSchema, parse } from 'graphql';
import { RequestError } from '../../src/core/requests/errors.ts';
import { allows } from '../../src/core/rights/rules.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { Change } from '../../src/core/rows/change.ts';
import { type FeedField, rootField } from '../../src/live/execution/root-field.ts';
import type { Somebody } from './crowd.ts';
import type { Received } from './payload-socket.ts';
import { POSITION } from './random-document.ts';
import type { SeqOf } from './seq-of-cursor.ts';

/** One operation of one viewer, followed on two nodes at the same time. */
export class ComparedStream {
  readonly reader: Somebody;
  readonly query: string;
  readonly variables: object;
  readonly feed: string;
  readonly sides: readonly Received[];
  readonly #schema: GraphQLSchema;
  readonly #field: FeedField;
  readonly #seqOf: SeqOf;
  #lastDue = 0;
  #isOver = false;
  #looked: number[];

  constructor(
    schema: GraphQLSchema,
    parts: Pick<ComparedStream, 'reader' | 'query' | 'variables' | 'sides'>,
    viewer: Viewer,
    seqOf: SeqOf,
  ) {
    this.#schema = schema;
    this.#seqOf = seqOf;
    this.reader = parts.reader;
    this.query = parts.query;
    this.variables = parts.variables;
    this.sides = parts.sides;
    this.#looked = parts.sides.map(() => 0);
    const field = rootField({
      schema,
      document: parse(this.query),
      variableValues: parts.variables as Record<string, unknown>,
    });
    if (field.kind !== 'follow') throw new Error(`${this.query}: ${JSON.stringify(field)}`);
    this.#field = field;
    this.feed = this.#feedOf(viewer) ?? '';
  }

  /** Notes which changes of the feed are due to the viewer with its present rights. */
  expect(changes: readonly Change[], viewer: Viewer | null): void {
    if (this.#isOver) return;
    const view = viewer && this.#viewOf(viewer);
    this.#isOver = !view;
    if (!view) return;
    for (const change of changes) if (view(change)) this.#lastDue = Math.max(this.#lastDue, change.seq);
  }

  /** Whether both sides have received every due change, or have ended if the viewer lost its rights. */
  isSettled(isHere: boolean): boolean {
    if (this.#isOver) return !isHere || this.sides.every(({ end }) => end !== null);
    if (this.#lastDue === 0) return true;
    return this.sides.every(
      ({ payloads, end }) =>
        end !== null || payloads.some((text) => this.#seqOf(cursorIn(text)) >= this.#lastDue),
    );
  }

  /** The payloads that have arrived since the last call. */
  news(): string[] {
    return this.sides.flatMap(({ payloads }, side) => {
      const news = payloads.slice(this.#looked[side]);
      this.#looked[side] = payloads.length;
      return news;
    });
  }

  /** The payloads and ends of both sides without the parts that depend on time and request: positions and reasons. */
  compared(): { readonly texts: readonly string[]; readonly end: string | null }[] {
    return this.sides.map(({ payloads, end }) => ({
      texts: payloads
        .filter((text) => !text.includes(POSITION))
        .map((text) => withErrorsInOrder(withoutOwnRequest(text))),
      end: end && withoutOwnRequest(end),
    }));
  }

  toString(): string {
    const { role, key } = this.reader;
    const { query, variables } = this;
    return JSON.stringify({ role, key, feed: this.feed, lastDue: this.#lastDue, query, variables }, null, 1);
  }

  #viewOf(viewer: Viewer) {
    if (!allows(this.#field.spec.rule, viewer) || this.#feedOf(viewer) !== this.feed) return null;
    return unlessRefused(() => this.#field.spec.view(viewer, this.#field.args, this.#schema));
  }

  #feedOf(viewer: Viewer): string | null {
    return unlessRefused(() => this.#field.spec.feed(viewer, this.#field.args));
  }
}

function unlessRefused<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof RequestError) return null;
    throw error;
  }
}

/** The cursor of the change in a payload; the end of a stream has none. */
function cursorIn(text: string): string | undefined {
  return /"extensions":\{"cursor":"([\w-]+)"\}\}$/.exec(text)?.[1];
}

/** Sorts the errors of relations: they are loaded concurrently, and GraphQL does not prescribe an order. */
function withErrorsInOrder(text: string): string {
  if (!text.startsWith('{"errors":')) return text;
  const result = JSON.parse(text) as { errors: unknown[] };
  const errors = result.errors.map((error) => JSON.stringify(error)).sort();
  return JSON.stringify({ ...result, errors });
}

function withoutOwnRequest(text: string): string {
  if (cursorIn(text)) return text;
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>');
}
