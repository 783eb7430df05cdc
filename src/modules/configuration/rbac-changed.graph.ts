import { grantsOf } from '../../configuration/layers/changed-grants.ts';
import { inherited, staffMay } from '../../core/rights/rules.ts';
import type { Configuration, Role as RoleValue } from '../../generated/prisma/client.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { configurations } from './configuration.access.ts';

/** The step of what a role grants in a tenant. */
interface RoleStep {
  readonly role: RoleValue;
  readonly granted: readonly string[];
  readonly revoked: readonly string[];
}

const RoleGrantsChange = builder.objectRef<RoleStep>('RoleGrantsChange').implement({
  description: 'What the users of a role in a tenant may do since a change of its permission template.',
  rule: inherited,
  fields: (t) => ({
    role: t.expose('role', { type: Role, description: 'The role.' }),
    granted: t.stringList({
      description: 'The permissions that were gained, sorted.',
      resolve: (of) => of.granted,
    }),
    revoked: t.stringList({
      description: 'The permissions that were lost, sorted.',
      resolve: (of) => of.revoked,
    }),
  }),
});

// Templates are for the staff that may read configuration, as their paths are.
domainEventField(
  'rbacChanged',
  { ...configurations, rule: staffMay('config:read') },
  {
    description: 'What roles grant in a tenant changed.',
    filter: null,
    happens: (_before, after) => Object.keys(grantsOf(after)).length > 0,
    fields: (t) => ({
      roles: t.field({
        type: [RoleGrantsChange],
        description: 'The roles whose permissions changed.',
        resolve: ({ change }) => stepsOf(change.image as Configuration & typeof change.image),
      }),
    }),
  },
);

function stepsOf(layer: Configuration): RoleStep[] {
  return Object.entries(grantsOf(layer)).map(([role, { before, after }]) => ({
    role: role as RoleValue,
    granted: after.filter((one) => !before.includes(one)),
    revoked: before.filter((one) => !after.includes(one)),
  }));
}
