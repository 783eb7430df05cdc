import { inUse } from '../core/requests/errors.ts';
import { sentences } from '../core/requests/fault.ts';
import type { Entity } from '../core/rows/change.ts';
import { modelOf } from '../core/rows/models.ts';
import { type Tables, tableOf } from './table.ts';

const REFERENCES = sentences('IN_USE', {
  STILL_HAS: 'The {type} still has {types}: delete them first.',
});

/**
 * Refuses to delete a row to which rows of other entities refer; throws IN_USE. Every foreign key with `onDelete:
 * Restrict` counts, so a new table is included without further work. The row must be locked, so that no new reference
 * appears after the check.
 */
export async function requireUnused(
  tables: Tables,
  entities: ReadonlyMap<string, Entity>,
  held: Entity<never>,
  id: string,
): Promise<void> {
  for (const holder of entities.values()) {
    for (const [column, model] of Object.entries(modelOf(holder.name).holds)) {
      if (model !== held.name) continue;
      const holding = await tableOf(tables, holder).findFirst({
        where: { [column]: id },
        select: { id: true },
      });
      if (holding) throw inUse(refusal(holder, column, held));
    }
  }
}

function refusal(holder: Entity, column: string, held: Pick<Entity, 'name'>) {
  return holder.inUse?.[column] ?? REFERENCES.STILL_HAS({ type: held.name, types: holder.name });
}
