import { signInOf, type ViewerContext } from '../../core/context.ts';
import { notFound } from '../../core/requests/errors.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { idOf, optional } from '../../core/requests/input-fields.ts';
import { type ExportLink, exportLink } from './export-link.ts';
import { namedPerson } from './named-person.ts';
import { personToExport } from './person-to-export.ts';

export const personExportInput = createInput({
  customerId: optional(idOf('Customer', 'The customer to export'), 'either this or `userId`'),
  userId: optional(idOf('User', 'The user of a tenant to export'), 'either this or `customerId`'),
});

/** Makes a link to the export of a person; throws UserErrors for a person whom the viewer may not export. */
export async function linkToExport(
  ctx: ViewerContext,
  input: Parameters<typeof parseInput<typeof personExportInput.schema>>[1],
): Promise<ExportLink> {
  const { db, viewer, ciphers, clock } = ctx;
  const person = namedPerson(parseInput(personExportInput, input));
  if (!(await personToExport(db, viewer, person))) {
    throw person.kind === 'customer'
      ? notFound('Customer', 'input', 'customerId')
      : notFound('User', 'input', 'userId');
  }
  return exportLink(ciphers.exportLinks, clock, { requester: signInOf(ctx), person });
}
