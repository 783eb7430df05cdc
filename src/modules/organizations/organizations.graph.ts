import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { organizations } from './organizations.access.ts';
import {
  createOrganization,
  organizationCreateInput,
  organizationUpdateInput,
} from './organizations.commands.ts';

rowType('Organization', organizations, {
  description: 'A company that owns one or more tenants.',
  columns: {
    name: 'The name.',
    slug: 'Name used in URLs, unique among organizations.',
  },
});

const OrganizationFilter = filterInput(organizations, { name: 'By name.', slug: 'By slug.' });

const OrganizationOrder = orderInput(organizations, ['name', 'asc'], { name: 'By name.', slug: 'By slug.' });

rowField('organization', organizations);

rowsField('organizations', organizations, { filter: OrganizationFilter, order: OrganizationOrder });

createField('organizationCreate', organizations, organizationCreateInput, createOrganization);

updateField('organizationUpdate', organizations, organizationUpdateInput);

deleteField(
  'organizationDelete',
  organizations,
  'Deletes an organization that has neither tenants nor users.',
);

changeFields(organizations, OrganizationFilter, {
  created: 'organizationCreated',
  updated: 'organizationUpdated',
  deleted: 'organizationDeleted',
  all: 'organizationChanged',
});
