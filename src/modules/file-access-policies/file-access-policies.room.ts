import './file-access-policies.graph.ts';
import './access-decision.graph.ts';
import './policy-preview.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { deleteFileAccessPolicyAction } from './bulk-policies.commands.ts';
import { permissions } from './file-access-policies.access.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';
import { demo } from './file-access-policies.demo.ts';

rooms.add({
  module: 'files',
  entities: [fileAccessPolicyEntity],
  bulkActions: [deleteFileAccessPolicyAction],
  permissions,
  demo,
  personal: {
    FileAccessPolicy: {
      none: [
        'id',
        'tenantId',
        'name',
        'filePattern',
        'condition',
        'attributeNames',
        'conditionCost',
        'effect',
        'isEnabled',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
