import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { users } from './users.access.ts';

export const UserFilter = filterInput(users, {
  name: 'By name.',
  email: 'By e-mail address.',
  role: 'By role.',
  department: 'By department.',
  company: 'By company.',
  status: 'By status.',
  isActive: 'By whether the account is active.',
  isServiceAccount: 'By whether it is a service account.',
  customerId: 'By the id of the customer.',
  attributes: 'By what policies ask about.',
  permissions: 'By the permissions in addition to those of the role.',
  hasSecondFactor: 'By whether signing in requires a code.',
  passwordChangedAt: 'By the time of the last change of the password.',
  secondFactorEnrolledAt: 'By the time when an authenticator was last set up.',
  recoveryCodesMadeAt: 'By the time when recovery codes were last made.',
  recoveryCodeUsedAt: 'By the time when a recovery code was last used.',
  secondFactorResetAt: 'By the time when an administrator last reset the second factor.',
  disconnectedAt: 'By the time when an administrator last ended the connections of the user.',
});

export const UserOrder = orderInput(users, ['name', 'asc'], {
  name: 'By name.',
  email: 'By e-mail address.',
  role: 'By role, from PLATFORM_ADMIN to RESIDENT.',
  department: 'By department. Users without one come last, with DESC first.',
  company: 'By company. Users without one come last, with DESC first.',
  status: 'By status, from INVITED to LOCKED.',
  isActive: 'By whether the account is active; those that are not come first.',
  isServiceAccount: 'By whether it is a service account; those of persons come first.',
  hasSecondFactor: 'By whether signing in requires a code; users without a second factor come first.',
  passwordChangedAt:
    'By the time of the last change of the password. Users who never did come last, with DESC first.',
  secondFactorEnrolledAt:
    'By the time when an authenticator was last set up. Users who never did come last, with DESC first.',
  recoveryCodesMadeAt:
    'By the time when recovery codes were last made. Users without one come last, with DESC first.',
  recoveryCodeUsedAt:
    'By the time when a recovery code was last used. Users without one come last, with DESC first.',
  secondFactorResetAt:
    'By the time when an administrator last reset the second factor. Users without one come last, with DESC first.',
  disconnectedAt:
    'By the time when an administrator last ended the connections. Users of whom none did come last, with DESC first.',
});
