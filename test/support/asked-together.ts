import { type GraphQLSchema, getNamedType } from 'graphql';
import type { Answer, Person, Variables } from './person.ts';
import { type RootField, selectionOf } from './schema-walk.ts';

/** Runs operations. */
export type Asking = Pick<Person, 'run'>;

/** The largest value of MAX_TOKENS. */
const MAX_TOKENS = 2_000;
const TOKEN = /\w+|\.{3}|[^\s\w,]/g;
/** Twice as many save little more: from here on the fields are what takes time. */
const MAX_TOGETHER = 25;

/** A root field with a selection, which one document can ask for many times, each time with other arguments. */
export class RepeatedField {
  readonly root: RootField;
  #selection = '';
  readonly #documents = new Map<number, string>();

  /**
   * The selection has all fields down to `depth`, or less deep if these are more than one document may have: what lies
   * deeper is asked for from the types in between.
   */
  constructor(schema: GraphQLSchema, root: RootField, depth: number) {
    this.root = root;
    for (let levels = depth; levels > 0; levels -= 1) {
      this.#documents.clear();
      this.#selection = selectionDownTo(levels, schema, root);
      if (countTokens(this.#documentOf(1)) <= MAX_TOKENS) return;
    }
    throw new Error(`${root.field.name} has more fields than one document may have.`);
  }

  /**
   * Asks once for each of `asked`, in as few documents as the limit on tokens allows, and gives each answer as if it
   * had been asked for alone: the time of a refused request goes into the request, not into the field. A document that
   * is refused as a whole is asked again in halves, and so is a query whose answer is not complete.
   */
  async ask(person: Asking, asked: readonly Variables[]): Promise<string[]> {
    const size = this.#size();
    const answers: string[] = [];
    for (let at = 0; at < asked.length; at += size) {
      answers.push(...(await this.#askTogether(person, asked.slice(at, at + size))));
    }
    return answers;
  }

  async #askTogether(person: Asking, asked: readonly Variables[]): Promise<string[]> {
    const answer = await person.run(this.#documentOf(asked.length), numbered(asked));
    const isWhole = this.root.operation === 'query' ? isComplete(answer) : answer.data !== undefined;
    if (isWhole || asked.length === 1) return asked.map((_, at) => JSON.stringify(this.#part(answer, at)));
    const half = Math.ceil(asked.length / 2);
    const first = await this.#askTogether(person, asked.slice(0, half));
    return [...first, ...(await this.#askTogether(person, asked.slice(half)))];
  }

  /** The answer to one of the fields of a document, without locations, which depend on how many there are. */
  #part({ data, errors = [] }: Answer, at: number): object {
    const { name } = this.root.field;
    const own = errors
      .filter(({ path }) => !path || path[0] === `r${at}`)
      .map(({ message, extensions, path }) => ({
        message,
        extensions,
        path: path && [name, ...path.slice(1)],
      }));
    return { data: data && { [name]: data[`r${at}`] }, ...(own.length > 0 && { errors: own }) };
  }

  #size(): number {
    const free = MAX_TOKENS - countTokens(this.#documentOf(0));
    const each = countTokens(this.#documentOf(1)) - countTokens(this.#documentOf(0));
    return Math.max(1, Math.min(MAX_TOGETHER, Math.floor(free / each)));
  }

  #documentOf(count: number): string {
    const known = this.#documents.get(count);
    if (known) return known;
    const { operation, field } = this.root;
    const numbers = Array.from({ length: count }, (_, at) => at);
    const variables = numbers.flatMap((at) => field.args.map(({ name, type }) => `$r${at}_${name}: ${type}`));
    const selection = this.#selection && '{ ...Selected }';
    const fields = numbers.map((at) => {
      const args = field.args.map(({ name }) => `${name}: $r${at}_${name}`).join(' ');
      return `r${at}: ${field.name}${args && `(${args})`} ${selection}`;
    });
    const declared = variables.length > 0 ? `(${variables.join(' ')})` : '';
    const document = `${operation} ${declared} { ${fields.join(' ')} } ${this.#selection}`;
    this.#documents.set(count, document);
    return document;
  }
}

function selectionDownTo(depth: number, schema: GraphQLSchema, { field }: RootField): string {
  const type = getNamedType(field.type);
  const fragments = new Map<string, string>();
  const fields = selectionOf(schema, type, depth, fragments);
  return fields && [`fragment Selected on ${type.name} ${fields}`, ...fragments.values()].join(' ');
}

/** Says whether a server that had less to do, or could name more errors, would have answered the same. */
function isComplete({ data, errors = [], extensions }: Answer): boolean {
  const isOfParts = errors.every((error) => error.path && error.extensions.code !== 'TRY_AGAIN');
  return data !== undefined && isOfParts && !extensions?.errorsLeftOut;
}

function numbered(asked: readonly Variables[]): Variables {
  return Object.fromEntries(
    asked.flatMap((variables, at) =>
      Object.entries(variables).map(([name, value]) => [`r${at}_${name}`, value]),
    ),
  );
}

function countTokens(document: string): number {
  return document.match(TOKEN)?.length ?? 0;
}
