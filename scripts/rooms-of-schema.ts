import { readdir, readFile } from 'node:fs/promises';

const SRC = new URL('../src/', import.meta.url);

/**
 * Finds the room that declares a field or type of the schema. Each name occurs literally in exactly one room, so a
 * search finds it.
 */
export class RoomsOfSchema {
  /** The names of the rooms, in the order of src/rooms.ts. */
  readonly names: readonly string[];
  readonly #texts: ReadonlyMap<string, string>;

  private constructor(texts: ReadonlyMap<string, string>) {
    this.names = [...texts.keys()];
    this.#texts = texts;
  }

  static async read(): Promise<RoomsOfSchema> {
    const list = await readFile(new URL('rooms.ts', SRC), 'utf8');
    const names = new Set([...list.matchAll(/modules\/([a-z-]+)\//g)].map(([, name = '']) => name));
    const texts = new Map<string, string>();
    for (const name of names) texts.set(name, await graphTextOf(new URL(`modules/${name}/`, SRC)));
    return new RoomsOfSchema(texts);
  }

  /** The room that declares a mutation or stream by its name. */
  ofField(name: string): string {
    return this.#find(name, new RegExp(`(?:[fF]ield|Field<[^(]+>)\\(\\s*'${name}'`));
  }

  /** The room whose rows a type shows, or that declares it. */
  ofType(name: string): string {
    return this.#find(
      name,
      new RegExp(
        `(?:rowType|prismaObject|objectType|objectRef<[^(]+>)\\(\\s*'${name}'|^  type: '${name}'`,
        'm',
      ),
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
  const graphs = files.filter((file) => file.endsWith('.graph.ts') || file.endsWith('.access.ts')).sort();
  return (await Promise.all(graphs.map((file) => readFile(new URL(file, room), 'utf8')))).join('\n');
}
