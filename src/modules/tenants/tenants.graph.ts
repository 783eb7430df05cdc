import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { businessTypes } from '../business-types/business-types.access.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { mayFollowTenant, tenants } from './tenants.access.ts';
import { createTenant, tenantCreateInput, tenantUpdateInput, updateTenant } from './tenants.commands.ts';

enumType('TenantStatus', 'Whether the users of a tenant may act.', {
  ACTIVE: 'They may.',
  SUSPENDED: 'They may not: no user of the tenant can sign in or continue.',
  ARCHIVED:
    'They may not, its work rests, and it is erased after a time of grace, unless `tenantRestore` comes before.',
});

rowType('Tenant', tenants, {
  description: 'A client of the platform. No user of one tenant sees anything of another tenant.',
  columns: {
    name: 'The name.',
    slug: 'Name used in URLs, unique among tenants. It never changes.',
    status: 'Whether its users may act.',
    statusPageSlug:
      'Name in the URL of its public status page, `/status/<slug>`. Null if it has no public page.',
  },
  fields: (t) => ({
    feedCursor: t.field({
      type: 'Cursor',
      rule: mayFollowTenant,
      description:
        'The feed position taken before anything else in this operation was read: subscribe `after` it to receive every later change.',
      resolve: ({ id }, _args, ctx) => feedCursor(ctx, id),
    }),
  }),
});

relationField('Tenant', 'organization', organizations, {
  description: 'The organization that owns it. Null if the viewer may not see it.',
  column: 'organizationId',
});

relationField('Tenant', 'businessType', businessTypes, {
  description:
    'The kind of business it runs, whose settings it inherits. Null if it has none, or if the viewer may not see it.',
  column: 'businessTypeId',
});

const TenantFilter = filterInput(tenants, {
  organizationId: 'By the id of the organization.',
  name: 'By name.',
  slug: 'By slug.',
  status: 'By status.',
  businessTypeId: 'By the id of the business type.',
});

const TenantOrder = orderInput(tenants, ['name', 'asc'], {
  name: 'By name.',
  slug: 'By slug.',
  status: 'By status, ACTIVE first.',
});

rowField('tenant', tenants);

rowsField('tenants', tenants, { filter: TenantFilter, order: TenantOrder });

createField('tenantCreate', tenants, tenantCreateInput, createTenant);

updateField('tenantUpdate', tenants, tenantUpdateInput, updateTenant);

deleteField(
  'tenantDelete',
  tenants,
  'Deletes a tenant that has no users, customers, plans, attributes or file-access policies.',
);

changeFields(tenants, TenantFilter, {
  created: 'tenantCreated',
  updated: 'tenantUpdated',
  deleted: 'tenantDeleted',
  all: 'tenantChanged',
});
