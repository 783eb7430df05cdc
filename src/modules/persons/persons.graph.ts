import { createField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { personErasures } from './persons.access.ts';
import { erasePerson, personEraseInput } from './persons.commands.ts';

enumType('PersonErasureStatus', 'Status of an erasure.', {
  RUNNING: 'Under way. It continues after a restart of the server.',
  COMPLETED: 'Nothing of the person is left but what the counts name.',
});

rowType('PersonErasure', personErasures, {
  description:
    'The erasure of a person. It names the person by its id alone, so the list of erasures says after the restore of a backup whom to erase again.',
  columns: {
    tenantId: 'The tenant of the person.',
    organizationId: 'The organization of that tenant.',
    customerId: 'The customer that was erased. Null if it was a user.',
    userId: 'The user who was erased. Null if it was a customer.',
    status: 'Status of the erasure.',
    erasedEntryCount:
      'The entries of the change log from which the person was erased. `verifyAuditChain` counts them, too. Zero until it is completed.',
    keptPaymentCount:
      'The payments of the person. They are kept, with amounts, times and references, because books have to be; reasons of failures and refunds are erased. Zero until it is completed.',
    keptConsentRecordCount:
      'The records of what the person consented to. They are kept as proof, without its name and its evidence. Zero until it is completed.',
    completedAt: 'The time at which it was completed. Null until then.',
  },
});

const PersonErasureFilter = filterInput(personErasures, {
  organizationId: 'By the id of the organization.',
  customerId: 'By the id of the customer that was erased.',
  userId: 'By the id of the user who was erased.',
  status: 'By status.',
  erasedEntryCount: 'By the number of entries from which the person was erased.',
  keptPaymentCount: 'By the number of payments that are kept.',
  keptConsentRecordCount: 'By the number of records of consent that are kept.',
  completedAt: 'By the time of its completion.',
});

const PersonErasureOrder = orderInput(personErasures, ['createdAt', 'desc'], {
  status: 'By status, from RUNNING to COMPLETED.',
  erasedEntryCount: 'By the number of entries from which the person was erased.',
  keptPaymentCount: 'By the number of payments that are kept.',
  keptConsentRecordCount: 'By the number of records of consent that are kept.',
  completedAt: 'By the time of its completion. Those that are under way come last, with DESC first.',
});

rowField('personErasure', personErasures);

rowsField('personErasures', personErasures, { filter: PersonErasureFilter, order: PersonErasureOrder });

createField(
  'personErase',
  personErasures,
  personEraseInput,
  erasePerson,
  'Erases a customer or a user of a tenant for good. Its row and the texts about it become blank, in the change log, too; a user is signed out and never signs in again. No command changes the person from then on. To be repeated after the restore of a backup; otherwise a repetition returns the erasure and changes nothing.',
);

changeFields(personErasures, PersonErasureFilter, {
  created: 'personErasureCreated',
  updated: 'personErasureUpdated',
  deleted: 'personErasureDeleted',
  all: 'personErasureChanged',
});
