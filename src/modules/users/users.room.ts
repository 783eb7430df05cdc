import './user-type.graph.ts';
import './users.graph.ts';
import './user-rights.graph.ts';
import './user-relations.graph.ts';
import './bulk-users.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { deleteUserAction, updateUserAttributesAction } from './bulk-users.commands.ts';
import { roleChanged } from './user-notices.ts';
import { permissions } from './users.access.ts';
import { userEntity } from './users.changes.ts';
import { demo } from './users.demo.ts';

rooms.add({
  entities: [userEntity],
  notifies: [roleChanged],
  bulkActions: [deleteUserAction, updateUserAttributesAction],
  permissions,
  demo,
  personal: {
    User: {
      about: { user: ['id'] },
      erase: ['name', 'email', 'department', 'company', 'attributes', 'permissions'],
      export: [
        'id',
        'customerId',
        'role',
        'isActive',
        'status',
        'hasSecondFactor',
        'consentStates',
        'passwordChangedAt',
        'secondFactorEnrolledAt',
        'createdAt',
        'updatedAt',
      ],
      none: [
        'tenantId',
        'organizationId',
        'isServiceAccount',
        'erasedAt',
        'memberVersion',
        'rightsVersion',
        'version',
      ],
    },
  },
});
