import type { Permission } from '../../core/rights/permissions.ts';
import { may, type Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { User } from '../../generated/prisma/client.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { users } from './users.access.ts';

export const UserStatus = enumType('UserStatus', 'Status of a user.', {
  INVITED: 'Invited; has not joined yet.',
  ACTIVE: 'Active.',
  ON_LEAVE: 'Away for a while; may still sign in.',
  LOCKED: 'May not sign in, and is signed out.',
});

/** For viewers who hold the permission, and for the user that the row is about. */
function mayOrSelf(permission: Permission) {
  const holds = may(permission);
  const rule: Rule<User> = (viewer, user) => holds(viewer) || user?.id === viewer.userId;
  return { rule, isPersonal: (viewer: Viewer) => !holds(viewer) };
}

rowType('User', users, {
  description: 'A person who signs in. Every user sees itself; users with `users:read` see others.',
  columns: {
    name: 'The name.',
    email: {
      ...mayOrSelf('users:read'),
      description:
        'E-mail address to sign in with. Null if the viewer may not read users and is not this user.',
    },
    role: 'The role, which decides what the user may do.',
    department: 'The department. Null if there is none.',
    company: 'The company. Null if there is none.',
    language: 'The language of the person, as a tag of BCP 47. Null if the person has not said it.',
    timeZone:
      'The time zone of the person, as a name of the IANA database. Null if the person has not said it.',
    isServiceAccount: 'Whether no person uses it: it never signs in, and acts by its API tokens alone.',
    isActive: 'Whether the account is active; if not, its user cannot sign in.',
    status: 'Status of the user.',
    tenantId: 'The tenant the user belongs to. Null for people of the platform or of an organization.',
    organizationId: 'The organization the user belongs to. Null unless the user is an ORGANIZATION_ADMIN.',
    customerId: 'The customer the user is a member of. Null unless the user is OWNER, MANAGER or RESIDENT.',
    attributes: {
      ...mayOrSelf('permissions:read'),
      description:
        'Attributes that policies refer to, each `name` or `name=value`. Null if the viewer may not read permissions and is not this user.',
    },
    permissions: {
      ...mayOrSelf('permissions:read'),
      description:
        'The permissions held in addition to those of the role. Null if the viewer may not read permissions and is not this user.',
    },
    hasSecondFactor: {
      ...mayOrSelf('permissions:read'),
      description:
        'Whether signing in requires a code from an authenticator. Null if the viewer may not read permissions and is not this user.',
    },
    secondFactorEnrolledAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When the user last set up an authenticator, confirmed or not. Null if never, or if the viewer may not read permissions and is not this user.',
    },
    recoveryCodesMadeAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When recovery codes were last made for the second factor. Null if never, or if the viewer may not read permissions and is not this user.',
    },
    recoveryCodeUsedAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When a recovery code was last used. Null if never, or if the viewer may not read permissions and is not this user.',
    },
    secondFactorResetAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When an administrator last reset the second factor. Null if never, or if the viewer may not read permissions and is not this user.',
    },
    passwordChangedAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When the user last changed the password. Null if it was never changed, or if the viewer may not read permissions and is not this user.',
    },
    disconnectedAt: {
      ...mayOrSelf('permissions:read'),
      description:
        'When an administrator last ended the connections of the user (`userDisconnect`). Null if never, or if the viewer may not read permissions and is not this user.',
    },
    disconnectReason: {
      ...mayOrSelf('permissions:read'),
      description:
        'The reason that was given for it. Null if there was none, or if the viewer may not read permissions and is not this user.',
    },
  },
});
