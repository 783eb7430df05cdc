import type { Permission, Templates } from '../../core/rights/permissions.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { type Change, rowBefore } from '../../core/rows/change.ts';
import type { Role as RoleValue, User } from '../../generated/prisma/client.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/events/change-event.ts';
import type { View } from '../../graph/events/follow.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { permissionsOf } from '../users/users.access.ts';
import { userEntity } from '../users/users.changes.ts';

/** The step from what a user could do to what it can do. */
interface PermissionStep {
  readonly granted: string[];
  readonly revoked: string[];
  readonly permissions: string[];
  readonly role: RoleValue;
}

const ViewerPermissionsChanged = builder
  .objectRef<ChangeItem & PermissionStep>('ViewerPermissionsChanged')
  .implement({
    description:
      'The permissions of the viewer changed. All streams continue under the new permissions from here on.',
    rule: inherited,
    interfaces: [ChangeEvent],
    fields: (t) => ({
      granted: t.exposeStringList('granted', { description: 'The permissions that were gained, sorted.' }),
      revoked: t.exposeStringList('revoked', { description: 'The permissions that were lost, sorted.' }),
      permissions: t.exposeStringList('permissions', {
        description: 'All permissions after the change, sorted.',
      }),
      role: t.expose('role', { type: Role, description: 'The role after the change.' }),
    }),
  });

followField('viewerPermissionsChanged', {
  type: ViewerPermissionsChanged,
  description:
    'Emits when the permissions of the viewer change. A viewer who may do nothing any more gets no event: the stream and the socket end.',
  args: () => ({}),
  spec: {
    rule: signedIn,
    feed: ({ homeFeed }) => homeFeed,
    view: ({ userId, templates }) => ownPermissions(userId, templates),
    isPersonal: () => true,
    hasPositions: false,
  },
});

/** Shows a user only the changes of the user's own row that alter what the user may do. */
function ownPermissions(userId: string, templates: Templates): View {
  return (change) => {
    if (!isUserChange(change) || change.kind !== 'UPDATED' || change.entityId !== userId) return null;
    const step = stepOf(change, templates);
    if (step.granted.length === 0 && step.revoked.length === 0) return null;
    return { __typename: 'ViewerPermissionsChanged', shownAs: 'User', change, row: change.image, ...step };
  };
}

function isUserChange(change: Change): change is Change<User> {
  return change.entity === userEntity.name;
}

function stepOf(change: Change<User>, templates: Templates): PermissionStep {
  const before = permissionsOf(rowBefore(change) ?? change.image, templates);
  const after = permissionsOf(change.image, templates);
  const sorted = (permissions: Iterable<Permission>) => [...permissions].toSorted();
  return {
    granted: sorted(after).filter((one) => !before.has(one)),
    revoked: sorted(before).filter((one) => !after.has(one)),
    permissions: sorted(after),
    role: change.image.role,
  };
}
