// `npm run who-sees-what` writes docs/who-sees-what.md from the rules in the built schema; with --check it only
// compares, and exits with 1 when the file is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { allows } from '../src/core/rights/rules.ts';
import type { Viewer } from '../src/core/rights/viewer.ts';
import type { ShownRows } from '../src/graph/events/follow.ts';
import type { FieldAccess } from '../src/graph/schema/field-rules.ts';
import { schema } from '../src/schema.ts';
import { RoomsOfSchema } from './rooms-of-schema.ts';
import { ROLES, sampleViewer } from './sample-viewers.ts';
import { inWords } from './visibility-in-words.ts';

const FILE = new URL('../docs/who-sees-what.md', import.meta.url);

const INTRODUCTION = `# Who sees and does what

Generated from the access rules by \`npm run who-sees-what\`; do not edit. A column shows what a user of that role may do
without additional permissions. Permissions granted in addition to the role widen this, within the same tenants.

## Which rows

Which rows of each type are visible: all, those of one organization, tenant or customer, or only the user's own. No query,
subscription, filter or count reveals any other.
`;

const BY_ROOM = `
## Fields and operations

Fields that are not listed can be read by every user who sees the row, and queries that only return rows are not listed. A
mutation reaches only rows that its caller sees, and may have further conditions. A subscription emits only such rows;
\`changes\`, which every user may use, emits all of them, and \`node\` reads any.`;

const NONE = '–';
const YES = '✓';

type Cells = readonly string[];

interface Row {
  readonly room: string;
  readonly heading: string;
  readonly names: string;
  readonly cells: Cells;
}

const viewers = ROLES.map(sampleViewer);
const rooms = await RoomsOfSchema.read();

function accessOf({ extensions }: { readonly extensions: unknown }): FieldAccess {
  return extensions as FieldAccess;
}

/** The cell for a field: whether the viewer may read it of every visible row, of its own rows, or of none. */
function answerOf(viewer: Viewer, { rules }: FieldAccess): string {
  const holds = (row?: object) => rules.every((rule) => allows(rule, viewer, row));
  if (holds()) return YES;
  const aboutTheViewer = new Proxy({}, { get: () => viewer.userId });
  return holds(aboutTheViewer) ? 'own' : NONE;
}

function fieldsOf(type: GraphQLObjectType | null | undefined) {
  return Object.values(type?.getFields() ?? {});
}

/** The row types of the schema, each with its visibility. */
function shownRows(): ShownRows[] {
  const shown = fieldsOf(schema.getSubscriptionType()).flatMap(
    ({ extensions }) => extensions.follow?.shows ?? [],
  );
  const place = ({ typeName }: ShownRows) => rooms.names.indexOf(rooms.ofType(typeName));
  return [...new Map(shown.map((one) => [one.typeName, one])).values()].sort((a, b) => place(a) - place(b));
}

const extents: ReadonlyMap<string, Cells> = new Map(
  shownRows().map(({ typeName, visibleTo }) => [
    typeName,
    viewers.map((viewer) => inWords(visibleTo(viewer))),
  ]),
);

/** The fields that some viewers may not read, or only of some rows, although they see rows of the type. */
function guardedFields(): Row[] {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return types
    .filter((type) => !roots.includes(type) && !type.name.startsWith('__'))
    .flatMap((type) => {
      const fields = fieldsOf(type).map((field) => ({
        name: field.name,
        cells: viewers.map((viewer) => answerOf(viewer, accessOf(field))),
      }));
      const sees = viewers.map((_viewer, at) => {
        const extent = extents.get(type.name)?.[at];
        return extent ? extent !== NONE : fields.some(({ cells }) => cells[at] !== NONE);
      });
      return fields
        .map(({ name, cells }) => ({ name, cells: cells.map((cell, at) => (sees[at] ? cell : '')) }))
        .filter(({ cells }) => cells.some((cell, at) => isLess(cell, extents.get(type.name)?.[at])))
        .map(({ name, cells }) => ({
          room: rooms.ofType(type.name),
          heading: `Field of ${type.name}`,
          names: `\`${name}\``,
          cells,
        }));
    });
}

function isLess(cell: string, extent: string | undefined): boolean {
  return cell === NONE || (cell === 'own' && extent !== 'own');
}

type Field = GraphQLField<unknown, unknown>;

/** Tells whether a query returns rows of a type in the first table, or a list of them. */
function showsRows({ type }: Field): boolean {
  return extents.has(getNamedType(type).name.replace(/Connection$/, ''));
}

/** The fields that show the rows of all rooms. */
const OF_ALL_ROOMS: ReadonlySet<string> = new Set(['node', 'changes']);

/** The root fields, except queries that only show rows, and those that show all of them. */
function operations(): Row[] {
  const rows = (heading: string, fields: readonly Field[]) =>
    fields.map((field) => {
      const typeName = field.extensions.follow?.shows?.typeName;
      return {
        room: typeName ? rooms.ofType(typeName) : rooms.ofField(field.name),
        heading,
        names: `\`${field.name}\``,
        cells: viewers.map((viewer) => answerOf(viewer, accessOf(field))),
      };
    });
  return [
    ...rows(
      'Query',
      fieldsOf(schema.getQueryType()).filter((field) => !showsRows(field) && !OF_ALL_ROOMS.has(field.name)),
    ),
    ...rows('Mutation', fieldsOf(schema.getMutationType())),
    ...rows(
      'Subscription',
      fieldsOf(schema.getSubscriptionType()).filter(({ name }) => !OF_ALL_ROOMS.has(name)),
    ),
  ];
}

/** Merges the rows of different names with equal cells. */
function merged(rows: readonly Row[]): Row[] {
  const byContent = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.heading, row.cells]);
    const same = byContent.get(key);
    byContent.set(key, same ? { ...same, names: `${same.names}, ${row.names}` } : row);
  }
  return [...byContent.values()];
}

function table(corner: string, lines: readonly (readonly [string, Cells])[]): string {
  return [
    `| ${corner} | ${ROLES.join(' | ')} |`,
    `|---|${ROLES.map(() => ':-:|').join('')}`,
    ...lines.map(([title, cells]) => `| ${title} | ${cells.join(' | ')} |`),
  ].join('\n');
}

const rows = [...guardedFields(), ...operations()];
const printed = [
  INTRODUCTION,
  table('', [...extents]),
  BY_ROOM,
  ...rooms.names
    .map((room) => ({ room, lines: merged(rows.filter((row) => row.room === room)) }))
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ room, lines }) => [
      `\n### ${room}\n`,
      table(
        '',
        lines.map(({ heading, names, cells }) => [`${heading} ${names}`, cells]),
      ),
    ]),
  '',
].join('\n');

if (!process.argv.includes('--check')) {
  await writeFile(FILE, printed);
} else if ((await readFile(FILE, 'utf8').catch(() => 'missing, so stale')) !== printed) {
  process.stderr.write('docs/who-sees-what.md differs from the rules; run: npm run who-sees-what\n');
  process.exitCode = 1;
}
