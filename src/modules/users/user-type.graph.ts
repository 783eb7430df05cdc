import { may, type Rule, signedIn } from '../../core/rules.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { User as UserRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { Node } from '../../graph/node.ts';
import { Role } from '../../graph/role.ts';

export const UserStatus = builder.enumType('UserStatus', {
  description: 'Status of a user.',
  values: {
    INVITED: { description: 'Invited; has not joined yet.' },
    ACTIVE: { description: 'Active.' },
    ON_LEAVE: { description: 'Away for a while; may still sign in.' },
    LOCKED: { description: 'May not sign in, and is signed out.' },
  } as const,
});

/** For those who hold the permission, and for whoever the row is about. */
function mayOrSelf(permission: Parameters<typeof may>[0]) {
  const holds = may(permission);
  const rule: Rule<UserRow> = (viewer, user) => holds(viewer) || user?.id === viewer.userId;
  return { rule, isPersonal: (viewer: Viewer) => !holds(viewer) };
}

// Which users one sees at all is said by usersVisibleTo.
export const User = builder.prismaObject('User', {
  description: 'A person who signs in. Every user sees itself; users with `users:read` see others.',
  interfaces: [Node],
  rule: signedIn,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    email: t.exposeString('email', {
      nullable: true,
      ...mayOrSelf('users:read'),
      description:
        'E-mail address to sign in with. Null if the viewer may not read users and is not this user.',
    }),
    role: t.expose('role', {
      type: Role,
      description: 'The role, which decides what the user may do.',
    }),
    department: t.exposeString('department', {
      nullable: true,
      description: 'The department. Null if there is none.',
    }),
    company: t.exposeString('company', {
      nullable: true,
      description: 'The company. Null if there is none.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'Whether the account is active; if not, nobody can sign in with it.',
    }),
    status: t.expose('status', { type: UserStatus, description: 'Status of the user.' }),
    tenantId: t.exposeID('tenantId', {
      nullable: true,
      description: 'The tenant the user belongs to. Null for people of the platform or of an organization.',
    }),
    organizationId: t.exposeID('organizationId', {
      nullable: true,
      description: 'The organization the user belongs to. Null for everybody but an ORGANIZATION_ADMIN.',
    }),
    customerId: t.exposeID('customerId', {
      nullable: true,
      description:
        'The customer the user is a member of. Null for everybody but OWNER, MANAGER and RESIDENT.',
    }),
    attributes: t.exposeStringList('attributes', {
      nullable: true,
      ...mayOrSelf('permissions:read'),
      description:
        'Attributes that policies refer to, each `name` or `name=value`. Null if the viewer may not read permissions and is not this user.',
    }),
    permissions: t.exposeStringList('permissions', {
      nullable: true,
      ...mayOrSelf('permissions:read'),
      description:
        'The permissions held in addition to those of the role. Null if the viewer may not read permissions and is not this user.',
    }),
    hasSecondFactor: t.exposeBoolean('hasSecondFactor', {
      nullable: true,
      ...mayOrSelf('permissions:read'),
      description:
        'Whether signing in requires a code from an authenticator. Null if the viewer may not read permissions and is not this user.',
    }),
    secondFactorEnrolledAt: t.expose('secondFactorEnrolledAt', {
      type: 'DateTime',
      nullable: true,
      ...mayOrSelf('permissions:read'),
      description:
        'When the user last set up an authenticator, confirmed or not. Null if never, or if the viewer may not read permissions and is not this user.',
    }),
    passwordChangedAt: t.expose('passwordChangedAt', {
      type: 'DateTime',
      nullable: true,
      ...mayOrSelf('permissions:read'),
      description:
        'When the user last changed the password. Null if it was never changed, or if the viewer may not read permissions and is not this user.',
    }),
  }),
});

export const UserConnection = connectionType('User', User);
