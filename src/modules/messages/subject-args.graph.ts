import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import type { ArgBuilder } from '../../graph/schema/shared-args.ts';
import {
  type Conversation,
  conversationOf,
  type NamedSubject,
  namedFields,
} from './message-subject.requests.ts';

const ARGUMENT = sentences('BAD_USER_INPUT', {
  ONE_SUBJECT_NEEDED:
    'Argument "{argument}": name exactly one of `maintenanceRequestId`, `incidentId` and `customerId`.',
});

/** Makes the arguments that name the row that a conversation is about. */
export function subjectArgs(arg: ArgBuilder) {
  return {
    maintenanceRequestId: arg.id({
      description: 'The maintenance request.',
      ...idOf('MaintenanceRequest'),
    }),
    incidentId: arg.id({ description: 'The incident.', ...idOf('Incident') }),
    customerId: arg.id({ description: 'The customer.', ...idOf('Customer') }),
  };
}

/** The conversation that the arguments name; throws BAD_USER_INPUT unless they name one row. */
export function subjectIn(args: NamedSubject): Conversation {
  const [field, ...others] = namedFields(args);
  if (!field || others.length > 0)
    throw badArgument(ARGUMENT.ONE_SUBJECT_NEEDED({ argument: others[0] ?? 'maintenanceRequestId' }));
  return conversationOf(args, field);
}
