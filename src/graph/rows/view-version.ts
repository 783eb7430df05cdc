import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import { requireViewer } from '../../core/context.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { versionOfView } from '../../core/rows/partial-view.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type { Types } from '../schema/builder.ts';

/**
 * The field `version` of rows of which some viewers see a part: its version for this viewer, in place of that of the row.
 * No field if all viewers see the same part.
 */
export function viewVersion<Row extends EntityRow>(
  t: Pick<ObjectFieldBuilder<Types, Row>, 'int'>,
  { viewFor }: Pick<Rows<Row>, 'viewFor'>,
): FieldMap {
  if (!viewFor) return {};
  return {
    version: t.int({
      // It shows no column by itself: a viewer who may read it may still not read the version of the row.
      columns: [],
      description:
        '1 at creation, higher after every change that the viewer sees. Pass it as `expectedVersion`.',
      resolve: (row, _args, ctx) => versionOfView(row, viewFor(requireViewer(ctx).viewer)),
    }),
  };
}
