import { type Change, type EntityRow, rowAfter } from '../../core/rows/change.ts';
import type { PlacedRow, SeenChange, View } from '../../graph/events/follow.ts';
import type { WindowRows } from '../../graph/events/window-rows.ts';

/** An item of a step: a row that left, or one with its position. */
export type StepItem = SeenChange | PlacedRow;

/** A step of a window from one position to a later one. */
export interface WindowStep {
  readonly from: number;
  readonly seq: number;
  /** The rows that left come first. */
  readonly items: readonly StepItem[];
  /** The approximate memory of the items. */
  readonly bytes: number;
  /** The erasures of the tail before the step: after a later one it must not be shown. */
  readonly erasures: number;
}

/** The parts of a comparison of rows. */
interface Compared {
  readonly rows: WindowRows;
  readonly view: View;
  /** The changes of the step, in order. The last of a row says why the row is where it is. */
  readonly changes: readonly Change[];
}

/**
 * Says how a client that has the rows `old` gets those of `now`. Rows that did not change keep their order among each other,
 * so the client takes out what left and what moved, and then puts each placed row after its neighbour, from first to last.
 */
export function stepItems(
  old: readonly EntityRow[],
  now: readonly EntityRow[],
  { rows, view, changes }: Compared,
): StepItem[] {
  const causes = new Map(changes.map((change) => [change.entityId, change]));
  const before = new Map(old.map((row) => [row.id, row]));
  const kept = new Set(now.map(({ id }) => id));
  const left = old.filter(({ id }) => !kept.has(id));
  const placed = now.flatMap((row, index): PlacedRow[] => {
    const held = before.get(row.id);
    const cause = causes.get(row.id);
    const event = cause ? view(cause) : null;
    // An update of which the viewer sees nothing is no event, unless it moves the row.
    const isSame =
      held && (held.version === row.version || (cause && !event && rows.compare(held, row) === 0));
    if (isSame) return [];
    const behindId = now[index - 1]?.id ?? null;
    return [{ __typename: rows.types.placed, row, behindId, entered: !held, event: carried(event) }];
  });
  const any = changes.at(-1);
  return [...left.flatMap((row) => gone(row, causes.get(row.id) ?? null, any, rows)), ...placed];
}

/** The event of a row that left. That of one which others pushed out has the author of their change. */
function gone(
  row: EntityRow,
  cause: Change | null,
  any: Change | undefined,
  { types, shownAs, standing }: WindowRows,
): SeenChange[] {
  const change = cause ?? any;
  if (!change) return [];
  const stands = cause ? standing(rowAfter(cause)) : 'LISTED';
  const ofRow = { ...change, entityId: row.id, entityVersion: row.version, image: row, before: {} };
  const reason = stands === 'LISTED' ? 'OUTSIDE' : stands;
  return [{ __typename: types.gone, shownAs, change: cause ?? ofRow, row, reason }];
}

/** The event that carries a row: the change that brought it into view, or updated it there. */
function carried(event: SeenChange | null): SeenChange | null {
  return event?.reason === undefined ? event : null;
}
