import { requireViewer } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import type { ExportLink } from './export-link.ts';
import { linkToExport, personExportInput } from './person-exports.commands.ts';
import { mayExport } from './persons.access.ts';

const PersonExportPayload = builder.objectRef<Payload<ExportLink>>('PersonExportPayload').implement({
  description: 'The result of `personExport`.',
  rule: inherited,
  fields: (t) => ({
    path: t.string({
      nullable: true,
      description:
        'The path on the server from which a GET downloads the export, without a token of its own: whom it is given to can read it. It has one JSON object a line, with the table and the exported columns of a row; the last line has the number of the others. Null if the mutation was refused.',
      resolve: ({ done }) => done?.path ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time until which a download can begin. Null if the mutation was refused.',
      resolve: ({ done }) => done?.expiresAt ?? null,
    }),
    ...outcomeFields(t),
  }),
});

const PersonExportInput = inputType('PersonExportInput', 'The person to export.', personExportInput);

builder.mutationField('personExport', (t) =>
  t.field({
    type: PersonExportPayload,
    rule: mayExport,
    description:
      'Makes a link to everything that is held about a customer or a user of a tenant: its rows, the records of its consents, and the changes about it or by it. No line names staff or another person as the one who acted. It ends after ten minutes, with the session of the viewer, and with its right to export the person. It changes nothing; the blanks of an erased person are exported as they are.',
    args: { input: t.arg({ type: PersonExportInput, required: true, description: 'The person to export.' }) },
    resolve: (_root, { input }, ctx) =>
      settle(async () => ({ value: await linkToExport(requireViewer(ctx), input), cursor: null })),
  }),
);
