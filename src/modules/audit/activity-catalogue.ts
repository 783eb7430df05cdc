import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { ActivityWords } from '../../core/rows/activity-words.ts';
import { type Entity, nounOf } from '../../core/rows/change.ts';
import { columnNamesOf } from '../../core/rows/models.ts';
import { rooms } from '../../core/rows/room.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { mayReadColumn } from '../../graph/schema/field-access.ts';
import { uncapitalized } from '../../lib/uncapitalized.ts';
import type { AuditAction } from './audit-entry.ts';

/**
 * The entities of which the feed says nothing, with the reason. Every other one has words: those of its noun, and those
 * that its room adds.
 */
export const UNSAID: Readonly<Record<string, string>> = {
  ReadMark: 'A user reads: it is no news, and no other user sees it.',
  BulkJob: 'The changes that a bulk job makes are one entry already.',
  CustomerStats: 'A count follows from what happened to the rows that it counts.',
  ConsentStats: 'A count follows from what happened to the rows that it counts.',
};

/** The columns with the name of a row, in the order in which they are looked for. */
const NAMES = ['name', 'title', 'label', 'company'];

const VERBS: Readonly<Record<AuditAction, string>> = {
  CREATED: 'was created',
  UPDATED: 'was changed',
  DELETED: 'was deleted',
};

/** A text of the feed, as clients that translate read it. */
export interface ActivityText {
  readonly key: string;
  readonly text: string;
}

/** The entities of which the feed tells. */
function saidEntities(): readonly Entity[] {
  return [...followedRows.entities.values()].filter(({ name }) => !(name in UNSAID));
}

/** The name of the words for an ordinary step of an entity, e.g. `planUpdated`. */
export function ordinaryKey(entity: string, action: AuditAction): string {
  return `${uncapitalized(entity)}${action.charAt(0)}${action.slice(1).toLowerCase()}`;
}

/** All texts of the feed. The keys of an entry are among these. */
export function activityTexts(): readonly ActivityText[] {
  const ordinary = saidEntities().flatMap((entity) =>
    (Object.keys(VERBS) as AuditAction[]).map((action) => ({
      key: ordinaryKey(entity.name, action),
      text: `The ${nounOf(entity)} {name} ${VERBS[action]}.`,
    })),
  );
  return [...ordinary, ...rooms.activities.map(({ key, text }) => ({ key, text }))];
}

/** The words of rooms that a viewer receives: it may read every column by which they are chosen. */
export function wordsFor(viewer: Viewer, schema: GraphQLSchema): readonly ActivityWords[] {
  return rooms.activities.filter(({ entity, becomes }) => {
    const types = followedRows.for(viewer).filter((rows) => rows.entity.name === entity.name);
    return (
      types.length > 0 &&
      types.every(({ type }) =>
        columnsIn(becomes).every((column) => mayReadColumn(schema, type, viewer, column)),
      )
    );
  });
}

function columnsIn(where: object): string[] {
  return Object.entries(where).flatMap(([name, test]) => {
    if (name === 'AND' || name === 'OR') return (test as object[]).flatMap(columnsIn);
    return name === 'NOT' ? columnsIn(test as object) : [name];
  });
}

/** The column with the name of an entity's rows; undefined if they have none. */
export function nameColumnOf(entity: string): string | undefined {
  const columns = columnNamesOf(entity as Parameters<typeof columnNamesOf>[0]);
  return NAMES.find((name) => columns.includes(name));
}

const texts = new Map<string, string>();

/** The English text of an entry. */
export function activityText(key: string, name: string | null, count: number): string {
  if (texts.size === 0) for (const one of activityTexts()) texts.set(one.key, one.text);
  const text = (texts.get(key) ?? key).replace(' {name}', () => (name === null ? '' : ` ${name}`));
  return count > 1 ? `${text} (${count}×)` : text;
}
