import { grantsOf } from '../../configuration/layers/changed-grants.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import type { Permission } from '../../core/rights/permissions.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { type Change, type Entity, type EntityRow, rowBefore } from '../../core/rows/change.ts';
import type { Role as RoleValue } from '../../generated/prisma/client.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/events/change-event.ts';
import type { View } from '../../graph/events/follow.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { apiTokenEntity } from '../api-tokens/api-tokens.changes.ts';
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
    entities: () => [userEntity.name, configurationEntity.name, apiTokenEntity.name],
    view: ownPermissions,
    isPersonal: () => true,
    hasPositions: false,
  },
});

/** Shows a viewer what alters what it may do: changes of its user, of the template of the role, and of its API token. */
function ownPermissions(viewer: Viewer): View {
  return (change) => {
    const step = stepOf(change, viewer);
    if (!step || (step.granted.length === 0 && step.revoked.length === 0)) return null;
    return {
      __typename: 'ViewerPermissionsChanged',
      shownAs: change.entity,
      change,
      row: change.image,
      ...step,
    };
  };
}

function stepOf(change: Change, viewer: Viewer): PermissionStep | null {
  const { apiToken } = viewer;
  if (isOf(apiTokenEntity, change)) {
    if (change.kind !== 'UPDATED' || change.entityId !== apiToken?.id) return null;
    const { role, ownPermissions: own, templates } = viewer;
    const held = permissionsOf({ role, permissions: [...own] }, templates);
    const { permissions } = rowBefore(change) ?? change.image;
    return between(within(held, permissions), within(held, change.image.permissions), role);
  }
  const step = stepOfUser(change, viewer);
  if (!step || !apiToken) return step && between(step.before, step.after, step.role);
  const given = [...apiToken.permissions];
  return between(within(step.before, given), within(step.after, given), step.role);
}

/** The permissions of a user before and after a change, as no API token narrows them. */
interface UserStep {
  readonly before: ReadonlySet<Permission>;
  readonly after: ReadonlySet<Permission>;
  readonly role: RoleValue;
}

function stepOfUser(
  change: Change,
  { userId, role, ownPermissions: own, templates }: Viewer,
): UserStep | null {
  if (isOf(userEntity, change)) {
    if (change.kind !== 'UPDATED' || change.entityId !== userId) return null;
    const before = permissionsOf(rowBefore(change) ?? change.image, templates);
    return { before, after: permissionsOf(change.image, templates), role: change.image.role };
  }
  if (!isOf(configurationEntity, change) || change.kind === 'DELETED') return null;
  const grants = grantsOf(change.image)[role];
  return grants
    ? { before: new Set([...grants.before, ...own]), after: new Set([...grants.after, ...own]), role }
    : null;
}

function within(held: ReadonlySet<Permission>, given: readonly string[]): ReadonlySet<Permission> {
  return new Set([...held].filter((one) => given.includes(one)));
}

function isOf<Row extends EntityRow>({ name }: Entity<Row>, change: Change): change is Change<Row> {
  return change.entity === name;
}

function between(
  before: ReadonlySet<Permission>,
  after: ReadonlySet<Permission>,
  role: RoleValue,
): PermissionStep {
  const sorted = (permissions: Iterable<Permission>) => [...permissions].toSorted();
  return {
    granted: sorted(after).filter((one) => !before.has(one)),
    revoked: sorted(before).filter((one) => !after.has(one)),
    permissions: sorted(after),
    role,
  };
}
