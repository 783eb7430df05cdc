import { type GraphQLSchema, parse } from 'graphql';
import { RequestError } from '../../src/core/requests/errors.ts';
import { allows } from '../../src/core/rights/rules.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { Change } from '../../src/core/rows/change.ts';
import { type FeedField, rootField } from '../../src/live/execution/root-field.ts';
import type { Somebody } from './crowd.ts';
import type { Received } from './payload-socket.ts';
import { POSITION } from './random-document.ts';

/** One operation of one viewer, followed on two nodes at once. */
export class ComparedStream {
  readonly reader: Somebody;
  readonly query: string;
  readonly variables: object;
  readonly feed: string;
  readonly sides: readonly Received[];
  readonly #schema: GraphQLSchema;
  readonly #field: FeedField;
  #lastDue = 0;
  #isOver = false;
  #looked: number[];

  constructor(
    schema: GraphQLSchema,
    parts: Pick<ComparedStream, 'reader' | 'query' | 'variables' | 'sides'>,
    viewer: Viewer,
  ) {
    this.#schema = schema;
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

  /** Takes note of what the viewer, as it is now, is to be told of changes of the feed. */
  expect(changes: readonly Change[], viewer: Viewer | null): void {
    if (this.#isOver) return;
    const view = viewer && this.#viewOf(viewer);
    this.#isOver = !view;
    if (!view) return;
    for (const change of changes) if (view(change)) this.#lastDue = Math.max(this.#lastDue, change.seq);
  }

  /** Whether both sides have everything that is due; of what is over, whether it has ended where it must. */
  isSettled(isHere: boolean): boolean {
    if (this.#isOver) return !isHere || this.sides.every(({ end }) => end !== null);
    if (this.#lastDue === 0) return true;
    return this.sides.every(
      ({ payloads, end }) => end !== null || payloads.some((text) => seqOf(text) >= this.#lastDue),
    );
  }

  /** What has come since it was asked last. */
  news(): string[] {
    return this.sides.flatMap(({ payloads }, side) => {
      const news = payloads.slice(this.#looked[side]);
      this.#looked[side] = payloads.length;
      return news;
    });
  }

  /** What both sides received, without what depends on when and by which request: positions, and closing words. */
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

/** The number of the change a payload tells of; zero for closing words, which have no cursor. */
function seqOf(text: string): number {
  const cursor = /"extensions":\{"cursor":"([\w-]+)"\}\}$/.exec(text)?.[1];
  return cursor ? Number(Buffer.from(cursor, 'base64url').readBigUInt64BE(33)) : 0;
}

/** Errors of relations that are loaded side by side are listed as they come, which GraphQL leaves open. */
function withErrorsInOrder(text: string): string {
  if (!text.startsWith('{"errors":')) return text;
  const result = JSON.parse(text) as { errors: unknown[] };
  const errors = result.errors.map((error) => JSON.stringify(error)).sort();
  return JSON.stringify({ ...result, errors });
}

function withoutOwnRequest(text: string): string {
  if (seqOf(text) > 0) return text;
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>');
}
