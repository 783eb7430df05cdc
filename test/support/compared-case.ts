import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { Change } from '../../src/core/rows/change.ts';
import { foreignTo } from './canaries.ts';
import { ComparedStream } from './compared-stream.ts';
import type { Somebody } from './crowd.ts';
import { PayloadSocket } from './payload-socket.ts';
import { POSITION } from './random-document.ts';
import type { TwoNodes } from './two-nodes.ts';

const PATIENCE_MS = 60_000;
const FENCE = 'subscription ($id: ID) { changes(tenantId: $id) { __typename } }';

/** An operation that a reader follows. */
export interface Wanted {
  readonly reader: Somebody;
  readonly query: string;
  readonly variables: object;
}

/** Many operations of many viewers, each followed on both nodes, and the changes that are due to them step by step. */
export class ComparedCase {
  readonly #twoNodes: TwoNodes;
  readonly #streams: ComparedStream[] = [];
  readonly #sockets: PayloadSocket[] = [];
  readonly #read: Map<string, number>;
  readonly #waiting = new Set<() => void>();
  payloads = 0;

  constructor(twoNodes: TwoNodes, from: ReadonlyMap<string, { readonly seq: number }>) {
    this.#twoNodes = twoNodes;
    this.#read = new Map([...from].map(([feed, { seq }]) => [feed, seq]));
  }

  /** Follows every wanted operation, on both nodes. */
  async follow(schema: GraphQLSchema, wanted: readonly Wanted[]): Promise<void> {
    const readers = new Set(wanted.map(({ reader }) => reader));
    await Promise.all([...readers].map((reader) => this.#followAs(schema, reader, wanted)));
  }

  async #followAs(schema: GraphQLSchema, reader: Somebody, wanted: readonly Wanted[]): Promise<void> {
    const viewer = await this.#twoNodes.viewer(reader);
    if (!viewer) throw new Error(`${reader.role} cannot follow anything.`);
    const sockets = await Promise.all(
      this.#twoNodes.nodes.map(({ url }) => PayloadSocket.open(url, reader.token, () => this.#tell())),
    );
    this.#sockets.push(...sockets);
    for (const [index, { query, variables }] of wanted.filter((one) => one.reader === reader).entries()) {
      const sides = sockets.map((socket) => socket.subscribe(`s${index}`, query, variables));
      this.#streams.push(
        new ComparedStream(schema, { reader, query, variables, sides }, viewer, this.#twoNodes.seqOf),
      );
    }
    // No message says that an operation has begun. This one begins last, so its first payload says that all have.
    const fences = sockets.map((socket) => socket.subscribe('fence', FENCE, { id: reader.tenantIds[0] }));
    await this.#until(
      () => fences.every(({ payloads }) => payloads.length > 0),
      () => `begun by ${reader.role}`,
    );
  }

  /** Waits until both nodes have delivered every due change, and looks for texts that must not be delivered. */
  async settle(): Promise<void> {
    const viewers = new Map<Somebody, Viewer | null>();
    for (const { reader } of this.#streams) {
      if (!viewers.has(reader)) viewers.set(reader, await this.#twoNodes.viewer(reader));
    }
    const changes = await this.#newChanges();
    for (const stream of this.#streams) {
      stream.expect(changes.get(stream.feed) ?? [], viewers.get(stream.reader) ?? null);
    }
    const unsettled = () =>
      this.#streams.filter((stream) => {
        const viewer = viewers.get(stream.reader);
        return !stream.isSettled(!viewer || viewer.homeFeed === stream.feed);
      });
    await this.#until(
      () => unsettled().length === 0,
      () => `delivered: ${unsettled().join('\n')}`,
    );
    for (const stream of this.#streams) this.#lookForCanaries(stream, viewers.get(stream.reader) ?? null);
  }

  /** Each stream whose two sides differ, with what they received. */
  differences(): string[] {
    return this.#streams.flatMap((stream) => {
      const [shared, alone] = stream.compared();
      if (JSON.stringify(shared) === JSON.stringify(alone)) return [];
      const at = shared?.texts.findIndex((text, index) => text !== alone?.texts[index]) ?? 0;
      const side = (one: typeof shared) =>
        `${one?.texts.length} payloads, ended: ${one?.end}, first that differs: ${one?.texts.at(at < 0 ? one.texts.length : at)}`;
      return [`${stream}\nshared: ${side(shared)}\nalone:  ${side(alone)}`];
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  #lookForCanaries(stream: ComparedStream, viewer: Viewer | null): void {
    const news = stream.news();
    this.payloads += news.filter((text) => !text.includes(POSITION)).length;
    if (!viewer) return;
    const foreign = foreignTo({ viewer, key: stream.reader.key }, this.#twoNodes.crowd);
    for (const text of news) {
      const found = foreign.find((canary) => text.includes(canary));
      if (found) throw new Error(`${found} was sent to ${stream}\n${text}`);
    }
  }

  async #newChanges(): Promise<Map<string, Change[]>> {
    const changes = new Map<string, Change[]>();
    for (const [feed, seq] of this.#read) {
      const read = await this.#twoNodes.log.read(feed, seq, Number.MAX_SAFE_INTEGER, 1_000);
      changes.set(feed, read);
      this.#read.set(feed, read.at(-1)?.seq ?? seq);
    }
    return changes;
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  async #until(isReached: () => boolean, what: () => string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isReached()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Not everything was ${what()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
