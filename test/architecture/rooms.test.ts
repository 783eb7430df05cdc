import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { followedRows } from '../../src/graph/rows/followed-rows.ts';
import { entities } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';
import { rooms, rowSamples, rowTypes, samples } from '../support/samples.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const SUPPORT = fileURLToPath(new URL('../support', import.meta.url));
const MAX_LINES = 300;
const ROLES = ['access', 'changes', 'commands', 'demo', 'graph', 'reactions', 'requests', 'room', 'terms'];
const NAMES_OF_NOTHING = /(^|\/)(index|utils?|helpers?|manager|types|common)\.ts$/;

/** Every file of src by its path in src, except the generated ones. */
const files = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?ts$/.test(file) && !file.startsWith('generated'))
    .map((file) => [file, readFileSync(path.join(SRC, file), 'utf8')]),
);

function filesOf(room: string, role: string): [file: string, text: string][] {
  return [...files].filter(([file]) => file.startsWith(`modules/${room}/`) && file.endsWith(`.${role}.ts`));
}

function textOf(room: string, role: string): string {
  return filesOf(room, role)
    .map(([, text]) => text)
    .join('\n');
}

function has(room: string, role: string): boolean {
  return files.has(`modules/${room}/${room}.${role}.ts`);
}

const DECLARES_COMMAND = /\b(?:command|create|update|delete|mutation)Field\(/;
const SHOWS_ROWS = /\b(?:rowsField|changeFields)\(|\.visibleTo\b/;

test('every entity has a sample that makes its rows, or that names it as derived from other rows', () => {
  const derived = [...samples.values()].flatMap((sample) => sample.derived ?? []);
  expect([...entities.keys()].filter((name) => ![...rowTypes, ...derived].includes(name))).toEqual([]);
});

/** The types whose rows stay, visibly, when they are deleted: the deletion is a change. */
const STAYING = ['Message'];

test('a sample changes and deletes its rows by mutations of the schema, if the schema has any that do', () => {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const faults = rowTypes.flatMap((type) => {
    const noun = type.charAt(0).toLowerCase() + type.slice(1);
    const ofType = rowSamples.filter((sample) => sample.type === type);
    const remove = ofType.find((sample) => sample.remove)?.remove;
    return [
      ...(remove && !mutations[remove] ? [`${type}: there is no mutation ${remove}`] : []),
      ...(!remove && mutations[`${noun}Delete`] && !STAYING.includes(type)
        ? [`${type}: the sample does not use ${noun}Delete`]
        : []),
      ...(!ofType.some((sample) => sample.change) && mutations[`${noun}Update`]
        ? [`${type}: the sample does not use ${noun}Update`]
        : []),
    ];
  });
  expect(faults).toEqual([]);
});

test('a room with mutations has a commands file of its name', () => {
  const withMutations = rooms.filter((room) => DECLARES_COMMAND.test(textOf(room, 'graph')));
  expect(withMutations.length).toBeGreaterThan(0);
  expect(withMutations.filter((room) => !has(room, 'commands'))).toEqual([]);
});

test('a room that shows rows declares in its access file which viewers see them', () => {
  const showingRows = rooms.filter((room) => SHOWS_ROWS.test(textOf(room, 'graph')));
  expect(showingRows.length).toBeGreaterThan(0);
  expect(showingRows.filter((room) => !has(room, 'access'))).toEqual([]);
});

test('a visibility rule is declared in an access file and nowhere else', () => {
  const declaring = [...files]
    .filter(([, text]) => /function \w+VisibleTo\(/.test(text))
    .map(([file]) => file);
  expect(declaring.filter((file) => !file.endsWith('.access.ts'))).toEqual([]);
});

/** The text of the manifest of a room. */
function manifestOf(file: string): string {
  const [, room] = /^modules\/([^/]+)\//.exec(file) ?? [];
  return files.get(`modules/${room}/${room}.room.ts`) ?? '';
}

test('an entity is declared in the changes file of its room, and its manifest lists it', () => {
  const declared = [...files]
    .filter(([file]) => file.startsWith('modules/'))
    .flatMap(([file, text]) =>
      [...text.matchAll(/export const (\w+): Entity</g)].map(([, name = '']) => ({ file, name })),
    );
  expect(declared.length).toBeGreaterThan(0);
  expect(declared.filter(({ file }) => !/^modules\/([^/]+)\/\1\.changes\.ts$/.test(file))).toEqual([]);
  expect(declared.filter(({ file, name }) => manifestOf(file).split(name).length < 3)).toEqual([]);
});

test('the audit log shows every entity of the change log but notifications, to the viewers that see the row', () => {
  // A notification repeats a change that is shown.
  const missing = [...entities.keys()].filter((name) => !followedRows.entities.has(name));
  expect(missing).toEqual(['Notification']);
});

test('the manifest of a room lists its reactions', () => {
  const declared = [...files].flatMap(([file, text]) =>
    [...text.matchAll(/export const (\w+): Reaction</g)].map(([, name = '']) => ({ file, name })),
  );
  expect(declared.length).toBeGreaterThan(0);
  expect(declared.filter(({ file, name }) => manifestOf(file).split(name).length < 3)).toEqual([]);
});

test('the manifest of a room imports every graph file that adds a field to the schema', () => {
  const adding = [...files].filter(
    ([file, text]) => file.endsWith('.graph.ts') && /^(?:builder\.\w+Field|\w+Fields?)\b/m.test(text),
  );
  expect(adding.length).toBeGreaterThan(0);
  const missing = adding.filter(([file]) => !manifestOf(file).includes(file.replace(/^modules\/[^/]+/, '.')));
  expect(missing.map(([file]) => file)).toEqual([]);
});

test('the role of a file of a room is one of a closed set', () => {
  const roles = [...files.keys()]
    .filter((file) => file.startsWith('modules/'))
    .map((file) => /\/[a-z0-9-]+(?:\.([a-z]+))?\.ts$/.exec(file)?.[1])
    .filter((role) => role !== undefined);
  expect([...new Set(roles)].filter((role) => !ROLES.includes(role))).toEqual([]);
});

test('every file of src is text: a search finds its content', () => {
  expect([...files].filter(([, text]) => text.includes('\0')).map(([file]) => file)).toEqual([]);
});

test('no file has a name that says nothing', () => {
  expect([...files.keys()].filter((file) => NAMES_OF_NOTHING.test(file))).toEqual([]);
});

const supportFiles = readdirSync(SUPPORT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file): [string, string] => [`test/support/${file}`, readFileSync(path.join(SUPPORT, file), 'utf8')]);

test(`no file of src or test/support has more than ${MAX_LINES} lines`, () => {
  const long = [...files, ...supportFiles].map(([file, text]) => ({
    file,
    lines: text.split('\n').length - 1,
  }));
  expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
});

test('one search finds the declaration of a root field: its name is literally in one file', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const names = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  const declarations = names.map((name) => {
    const declaration = new RegExp(`(?:Field(?:<\\w+>)?\\(\\s*|(?:created|updated|deleted|all): )'${name}'`);
    const found = [...files].filter(([, text]) => declaration.test(text));
    return { name, files: found.map(([file]) => file) };
  });
  expect(names.length).toBeGreaterThan(0);
  expect(declarations.filter((one) => one.files.length !== 1)).toEqual([]);
});
