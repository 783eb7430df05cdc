import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { businessTypes } from './business-types.access.ts';
import {
  businessTypeCreateInput,
  businessTypeUpdateInput,
  createBusinessType,
} from './business-types.commands.ts';

rowType('BusinessType', businessTypes, {
  description:
    'A kind of business that tenants run. Its layer of settings is between that of the platform and those of its tenants.',
  columns: {
    key: 'The name by which programs know it, unique among business types. It never changes.',
    name: 'The name.',
  },
});

const BusinessTypeFilter = filterInput(businessTypes, { key: 'By key.', name: 'By name.' });

const BusinessTypeOrder = orderInput(businessTypes, ['name', 'asc'], { key: 'By key.', name: 'By name.' });

rowField('businessType', businessTypes);

rowsField('businessTypes', businessTypes, { filter: BusinessTypeFilter, order: BusinessTypeOrder });

createField('businessTypeCreate', businessTypes, businessTypeCreateInput, createBusinessType);

updateField('businessTypeUpdate', businessTypes, businessTypeUpdateInput);

deleteField(
  'businessTypeDelete',
  businessTypes,
  'Deletes a business type that no tenant has. Its layer stays in the history of the tenants that had it.',
);

changeFields(businessTypes, BusinessTypeFilter, {
  created: 'businessTypeCreated',
  updated: 'businessTypeUpdated',
  deleted: 'businessTypeDeleted',
  all: 'businessTypeChanged',
});
