import { rowArgs, updateArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { tenants } from '../tenants/tenants.access.ts';
import { mayArchive, tenantErasures } from './tenant-erasures.access.ts';
import { archiveTenant, restoreTenant, tenantArchiveInput } from './tenant-erasures.commands.ts';

enumType('TenantErasureStatus', 'Status of the erasure of a tenant.', {
  SCHEDULED: 'The tenant is archived, and can be restored until `erasesAt`.',
  RUNNING: 'Under way. It continues after a restart of the server and cannot be withdrawn.',
  COMPLETED: 'Nothing of the tenant is left but this report and its kept payments.',
  WITHDRAWN: 'The tenant was restored.',
});

rowType('TenantErasure', tenantErasures, {
  description:
    'The winding up of a tenant: begun by `tenantArchive`, withdrawn by `tenantRestore`, and in the end the report of what was erased and of what law keeps.',
  columns: {
    tenantId: 'The id of the tenant.',
    organizationId: 'The organization that owned the tenant when it was archived.',
    tenantName: 'The name that the tenant had when it was archived.',
    tenantSlug: 'The slug of the tenant.',
    status: 'The status.',
    formerStatus: 'The status that the tenant had when it was archived, and gets back when it is restored.',
    erasesAt: 'The time from which on it is erased.',
    beganAt: 'The time at which the erasure began. Null until then.',
    completedAt: 'The time at which it was completed. Null until then.',
    deletedUserCount: 'The users that were deleted. Zero until it is completed.',
    deletedCustomerCount: 'The customers that were deleted. Zero until it is completed.',
    deletedPaymentCount:
      'The payments that were deleted, those among them of which a part is kept. Zero until it is completed.',
    deletedRowCount:
      'The rows that were deleted in all tables, users, customers and payments among them. Zero until it is completed.',
    keptPaymentCount: 'The received payments that were kept. Zero until it is completed.',
    erasedEntryCount:
      'The entries of the change log from which persons were erased. `verifyAuditChain` counts them, too. Zero until it is completed.',
  },
});

const TenantErasureFilter = filterInput(tenantErasures, {
  tenantId: 'By the id of the tenant.',
  organizationId: 'By the id of the organization.',
  tenantName: 'By the name of the tenant.',
  tenantSlug: 'By the slug of the tenant.',
  status: 'By status.',
  formerStatus: 'By the status that the tenant had.',
  erasesAt: 'By the time from which on it is erased.',
  beganAt: 'By the time at which the erasure began.',
  completedAt: 'By the time of its completion.',
  deletedUserCount: 'By the number of deleted users.',
  deletedCustomerCount: 'By the number of deleted customers.',
  deletedPaymentCount: 'By the number of deleted payments.',
  deletedRowCount: 'By the number of deleted rows.',
  keptPaymentCount: 'By the number of kept payments.',
  erasedEntryCount: 'By the number of entries from which persons were erased.',
});

const TenantErasureOrder = orderInput(tenantErasures, ['createdAt', 'desc'], {
  tenantName: 'By the name of the tenant.',
  tenantSlug: 'By the slug of the tenant.',
  status: 'By status, from SCHEDULED to WITHDRAWN.',
  formerStatus: 'By the status that the tenant had, ACTIVE first.',
  erasesAt: 'By the time from which on it is erased.',
  beganAt: 'By the time at which the erasure began. Those that have not begun come last, with DESC first.',
  completedAt: 'By the time of its completion. Those that are not completed come last, with DESC first.',
  deletedUserCount: 'By the number of deleted users.',
  deletedCustomerCount: 'By the number of deleted customers.',
  deletedPaymentCount: 'By the number of deleted payments.',
  deletedRowCount: 'By the number of deleted rows.',
  keptPaymentCount: 'By the number of kept payments.',
  erasedEntryCount: 'By the number of entries from which persons were erased.',
});

rowField('tenantErasure', tenantErasures);

rowsField('tenantErasures', tenantErasures, { filter: TenantErasureFilter, order: TenantErasureOrder });

commandField('tenantArchive', tenants, updateArgs(tenantArchiveInput), {
  description:
    'Archives a tenant: from this change on none of its users can sign in or continue, its work rests and its public page is gone. It is erased for good after the time of grace, unless `tenantRestore` comes before.',
  rule: mayArchive,
  run: (ctx, args) => archiveTenant(ctx, args),
});

commandField('tenantRestore', tenants, rowArgs, {
  description:
    'Restores an archived tenant before its erasure begins: it has the status that it had, and what rested continues. Its users sign in again.',
  rule: mayArchive,
  run: (ctx, args) => restoreTenant(ctx, args),
});

changeFields(tenantErasures, TenantErasureFilter, {
  created: 'tenantErasureCreated',
  updated: 'tenantErasureUpdated',
  deleted: 'tenantErasureDeleted',
  all: 'tenantErasureChanged',
});
