import { readdir, readFile } from 'node:fs/promises';

const SRC = new URL('../src/', import.meta.url);

/** Which room declares what of the schema. A name stands literally in one room, which is how one search finds it. */
export class RoomsOfSchema {
  /** In the order in which a newcomer would read them. */
  readonly names: readonly string[];
  readonly #texts: ReadonlyMap<string, string>;

  private constructor(texts: ReadonlyMap<string, string>) {
    this.names = [...texts.keys()];
    this.#texts = texts;
  }

  static async read(): Promise<RoomsOfSchema> {
    const schema = await readFile(new URL('schema.ts', SRC), 'utf8');
    const names = new Set([...schema.matchAll(/modules\/([a-z-]+)\//g)].map(([, name = '']) => name));
    const texts = new Map<string, string>();
    for (const name of names) texts.set(name, await graphTextOf(new URL(`modules/${name}/`, SRC)));
    return new RoomsOfSchema(texts);
  }

  /** The room that declares a mutation or stream by its name. */
  ofField(name: string): string {
    return this.#find(name, new RegExp(`(?:[fF]ield|Field<\\w+>)\\(\\s*'${name}'`));
  }

  /** The room whose rows a type shows, or that declares it. */
  ofType(name: string): string {
    return this.#find(
      name,
      new RegExp(`typeName: '${name}'|(?:prismaObject|objectType|objectRef<[^(]+>)\\(\\s*'${name}'`),
    );
  }

  #find(name: string, declaration: RegExp): string {
    const found = [...this.#texts].find(([, text]) => declaration.test(text));
    if (!found) throw new Error(`No room declares ${name} literally.`);
    return found[0];
  }
}

async function graphTextOf(room: URL): Promise<string> {
  const files = await readdir(room, { recursive: true });
  const graphs = files.filter((file) => file.endsWith('.graph.ts')).sort();
  return (await Promise.all(graphs.map((file) => readFile(new URL(file, room), 'utf8')))).join('\n');
}
