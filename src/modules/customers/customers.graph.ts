import { may } from '../../core/rights/rules.ts';
import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { plans } from '../plans/plans.access.ts';
import { customers } from './customers.access.ts';
import {
  createCustomer,
  customerCreateInput,
  customerUpdateInput,
  updateCustomer,
} from './customers.commands.ts';
import { contactFields } from './customers.terms.ts';

export const CustomerStatus = enumType('CustomerStatus', 'Account status of a customer.', {
  TRIAL: 'Trying the product.',
  ACTIVE: 'Paying, in good standing.',
  PAST_DUE: 'A payment is late.',
  SUSPENDED: 'Cut off until something is settled.',
  CANCELLED: 'No longer a client.',
});

enumType('CustomerKind', 'The kind of a customer.', {
  COMPANY: 'A company.',
  INDIVIDUAL: 'A private person.',
});

rowType('Customer', customers, {
  description:
    'A client of a tenant, a company or an individual, visible to the staff. Its own users see it as an Account.',
  columns: {
    tenantId: 'The tenant it is a client of.',
    externalId: 'The id in another system, unique in the tenant. Null if there is none.',
    ...contactFields,
    kind: 'A company or an individual.',
    internalNotes: {
      rule: may('notes:read'),
      description: 'Remarks of the staff. Null if there are none or the viewer may not read them.',
    },
    memberCount: 'The number of members.',
    propertyCount: 'The number of properties.',
  },
});

relationField('Customer', 'plan', plans, {
  description: 'The plan. Null if it has none or the viewer may not see it.',
  column: 'planId',
});

relationField(['Property', 'Unit', 'Payment', 'MaintenanceRequest', 'Consent'], 'customer', customers, {
  description:
    'The customer it belongs to. Null if the viewer may not read customers; a customer’s own users see their Account.',
  column: 'customerId',
  columns: [],
});

const CustomerFilter = filterInput(customers, {
  externalId: 'By the id in another system.',
  company: 'By the name of the company.',
  contactName: 'By the name of the contact person.',
  email: 'By e-mail address.',
  phone: 'By telephone number.',
  status: 'By status.',
  kind: 'By kind.',
  planId: 'By the id of the plan.',
  internalNotes: 'By the remarks of the staff.',
  memberCount: 'By the number of members.',
  propertyCount: 'By the number of properties.',
});

const CustomerOrder = orderInput(customers, ['company', 'asc'], {
  externalId: 'By the id in another system. Customers without one come last, with DESC first.',
  company: 'By the name of the company.',
  contactName: 'By the name of the contact person. Customers without one come last, with DESC first.',
  email: 'By e-mail address. Customers without one come last, with DESC first.',
  status: 'By status, from TRIAL to CANCELLED.',
  kind: 'By kind, companies first.',
  memberCount: 'By the number of members.',
  propertyCount: 'By the number of properties.',
});

rowField('customer', customers);

rowsField('customers', customers, { filter: CustomerFilter, order: CustomerOrder });

createField('customerCreate', customers, customerCreateInput, createCustomer);

updateField('customerUpdate', customers, customerUpdateInput, updateCustomer);

deleteField('customerDelete', customers, 'Deletes a customer that has no members and no properties.');

changeFields(customers, CustomerFilter, {
  created: 'customerCreated',
  updated: 'customerUpdated',
  deleted: 'customerDeleted',
  all: 'customerChanged',
});
