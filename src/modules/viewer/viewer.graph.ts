import { anyone, inherited, signedIn } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';

declare module '../../graph/schema/builder.ts' {
  interface RoomObjects {
    Viewer: Viewer;
  }
}

const ViewerCustomer = builder.objectRef<{ readonly id: string }>('ViewerCustomer').implement({
  description: 'The customer that the viewer is a member of. Its details are in `account`.',
  rule: inherited,
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id of the customer and of its account.' }) }),
});

// A viewer is shown to itself alone. After `signIn` the request itself has no viewer yet, so no rule can ask for one.
builder.objectType('Viewer', {
  description: 'The signed-in user and what the user may do.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the user.', resolve: ({ userId }) => userId }),
    name: t.exposeString('name', { description: 'The name.' }),
    email: t.string({
      description: 'E-mail address to sign in with.',
      resolve: async ({ userId }, _args, { db }) => {
        const { email } = await db.user.findFirstOrThrow({ where: { id: userId }, select: { email: true } });
        return email;
      },
    }),
    role: t.expose('role', { type: Role, description: 'The role of the viewer.' }),
    permissions: t.stringList({
      description: 'Everything the viewer may do, as `<resource>:<action>`, sorted.',
      resolve: ({ permissions }) => [...permissions].toSorted(),
    }),
    tenant: t.prismaField({
      type: 'Tenant',
      nullable: true,
      rule: signedIn,
      description: 'The tenant of the viewer. Null for people of the platform or of an organization.',
      resolve: (query, { tenantId }, _args, { db }) =>
        tenantId ? db.tenant.findFirst({ ...query, where: { id: tenantId } }) : null,
    }),
    organization: t.prismaField({
      type: 'Organization',
      nullable: true,
      rule: signedIn,
      description: 'The organization of an ORGANIZATION_ADMIN. Null for other users.',
      resolve: (query, { organizationId }, _args, { db }) =>
        organizationId ? db.organization.findFirst({ ...query, where: { id: organizationId } }) : null,
    }),
    customer: t.field({
      type: ViewerCustomer,
      nullable: true,
      description: 'The customer of a member. Null unless the viewer is OWNER, MANAGER or RESIDENT.',
      resolve: ({ customerId }) => (customerId ? { id: customerId } : null),
    }),
    user: t.prismaField({
      type: 'User',
      rule: signedIn,
      description: 'The viewer as others see them.',
      resolve: (query, { userId }, _args, { db }) =>
        db.user.findFirstOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: 'Viewer',
    nullable: true,
    rule: anyone,
    description: 'The signed-in user. Null without a sign-in.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
