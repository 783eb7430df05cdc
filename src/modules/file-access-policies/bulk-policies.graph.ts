import { BULK_PERMISSIONS } from '../../core/bulk-action.ts';
import { may } from '../../core/rules.ts';
import { bulkArgs, bulkTargets } from '../../graph/bulk-args.ts';
import { commandField } from '../../graph/command-field.ts';
import { deleteFileAccessPolicies } from './bulk-policies.commands.ts';
import { FileAccessPolicyFilter } from './policy-filter.graph.ts';

commandField('fileAccessPoliciesDelete', {
  description:
    'Deletes many file-access policies as a bulk job; each is deleted or refused individually. Follow the job, or query its items.',
  rule: may(BULK_PERMISSIONS.FILE_ACCESS_POLICIES_DELETE),
  noun: 'bulkJob',
  type: 'BulkJob',
  args: (arg) => bulkArgs(arg, 'policies', FileAccessPolicyFilter),
  run: (ctx, args, schema) =>
    deleteFileAccessPolicies(
      ctx,
      bulkTargets(args, { schema, typeName: 'FileAccessPolicy', viewer: ctx.viewer }),
      args.idempotencyKey,
    ),
});
