import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { ROLES, sampleViewer } from '../../scripts/sample-viewers.ts';
import { NOTHING } from '../../src/core/rights/where.ts';
import type { ShownRows } from '../../src/graph/events/follow.ts';
import { readableFields } from '../../src/graph/schema/field-access.ts';
import type { FieldAccess } from '../../src/graph/schema/field-rules.ts';
import { schema } from '../../src/schema.ts';

const RECORD = new URL('../../docs/decisions/0041-versions-tell-of-hidden-columns.md', import.meta.url);

/** The types of rows whose changes are delivered. */
function shownRows(): ShownRows[] {
  const streams = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  const shown = streams.flatMap(({ extensions }) => extensions.follow?.shows ?? []);
  return [...new Map(shown.map((one) => [one.typeName, one])).values()];
}

function columnsOf(typeName: string): string[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type.`);
  const fields = Object.values(type.getFields()).map(
    ({ extensions }) => extensions as unknown as FieldAccess,
  );
  return [...new Set(fields.flatMap(({ columns }) => columns ?? []))];
}

/** The columns of each type that a role does not see in the rows that it sees, each as `Type ROLE column`. */
function hiddenColumns(): string[] {
  return shownRows().flatMap(({ typeName, visibleTo }) =>
    ROLES.map(sampleViewer).flatMap((viewer) => {
      const visible = visibleTo(viewer);
      if (isDeepStrictEqual(visible, NOTHING)) return [];
      const self = { id: viewer.userId };
      const row = isDeepStrictEqual(visible, self) ? self : undefined;
      return columnsOf(typeName)
        .filter((column) => readableFields(schema, typeName, viewer, [column], row).length === 0)
        .map((column) => `${typeName} ${viewer.role} ${column}`);
    }),
  );
}

/** The same list from the table of the record, whose first three cells are the type, the roles and the columns. */
function recorded(text: string): string[] {
  const lines = [...text.matchAll(/^\| `(\w+)` \| ([A-Z_, ]+) \| (`[^|]+`) \|/gm)];
  return lines.flatMap(([, type, roles = '', columns = '']) =>
    roles
      .split(', ')
      .flatMap((role) =>
        columns.split(', ').map((column) => `${type} ${role} ${column.replaceAll('`', '')}`),
      ),
  );
}

test('every column that some viewers of a row do not see is in the record, with what its changes betray', async () => {
  expect(hiddenColumns().toSorted()).toEqual(recorded(await readFile(RECORD, 'utf8')).toSorted());
});
