import { may } from '../../core/rights/rules.ts';
import { bulkArgs, bulkTargets } from '../../graph/commands/bulk-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { bulkJobs } from '../bulk-jobs/bulk-jobs.access.ts';
import { deleteFileAccessPolicies, deleteFileAccessPolicyAction } from './bulk-policies.commands.ts';
import { fileAccessPolicies } from './file-access-policies.access.ts';
import { createFileAccessPolicy, updateFileAccessPolicy } from './file-access-policies.commands.ts';
import { CONDITION, PATTERN } from './policy-descriptions.ts';
import { policyCreateInput, policyUpdateInput } from './policy-input.ts';

export const FileAccessEffect = enumType('FileAccessEffect', 'Whether a file may be opened.', {
  ALLOW: 'It may, unless something denies it.',
  DENY: 'It may not, whatever allows it.',
});

export const FileAccessPolicy = rowType('FileAccessPolicy', fileAccessPolicies, {
  description: 'A rule by which users of a tenant may, or may not, open files.',
  columns: {
    tenantId: 'The tenant whose users and files it applies to.',
    name: 'The name.',
    filePattern: `${PATTERN}.`,
    condition: `${CONDITION}.`,
    conditionCost: 'The largest number of steps that the condition takes; the limit is 10,000.',
    attributeNames:
      'The attributes that the condition names or may name, sorted; `*` if it computes names, so that it may read any attribute.',
    effect: 'The effect if the condition holds.',
    isEnabled: 'Whether the policy is enabled: decisions consider enabled policies only.',
  },
});

const FileAccessPolicyFilter = filterInput(fileAccessPolicies, {
  name: 'By name.',
  filePattern: 'By pattern.',
  condition: 'By the text of the condition.',
  effect: 'By effect.',
  isEnabled: 'By whether the policy is enabled.',
  attributeNames: 'By the attributes that the condition names.',
  conditionCost: 'By the largest number of steps that the condition takes.',
});

const FileAccessPolicyOrder = orderInput(fileAccessPolicies, ['name', 'asc'], {
  name: 'By name.',
  filePattern: 'By pattern.',
  effect: 'By effect, ALLOW first.',
  isEnabled: 'By whether the policy is enabled; those that are not come first.',
  conditionCost: 'By the largest number of steps that the condition takes.',
});

rowField('fileAccessPolicy', fileAccessPolicies);

rowsField('fileAccessPolicies', fileAccessPolicies, {
  filter: FileAccessPolicyFilter,
  order: FileAccessPolicyOrder,
});

createField(
  'fileAccessPolicyCreate',
  fileAccessPolicies,
  policyCreateInput,
  createFileAccessPolicy,
  'Creates a file-access policy. It takes effect with the next decision. A tenant has 500 at most.',
);

updateField(
  'fileAccessPolicyUpdate',
  fileAccessPolicies,
  policyUpdateInput,
  updateFileAccessPolicy,
  'Changes the given fields of a file-access policy. It takes effect with the next decision.',
);

deleteField('fileAccessPolicyDelete', fileAccessPolicies);

commandField('fileAccessPoliciesDelete', bulkJobs, bulkArgs(fileAccessPolicies, FileAccessPolicyFilter), {
  description:
    'Deletes many file-access policies as a bulk job; each is deleted or refused individually. Follow the job, or query its items.',
  rule: may(deleteFileAccessPolicyAction.permission),
  run: (ctx, args, schema) =>
    deleteFileAccessPolicies(ctx, bulkTargets(fileAccessPolicies, args, ctx, schema)),
});

changeFields(fileAccessPolicies, FileAccessPolicyFilter, {
  created: 'fileAccessPolicyCreated',
  updated: 'fileAccessPolicyUpdated',
  deleted: 'fileAccessPolicyDeleted',
  all: 'fileAccessPolicyChanged',
});
