import { requireSession, requireViewer } from '../../../core/context.ts';
import { noSuch } from '../../../core/requests/errors.ts';
import { asRowId } from '../../../core/requests/row-id.ts';
import { inherited, type Rule } from '../../../core/rights/rules.ts';
import type { Viewer } from '../../../core/rights/viewer.ts';
import { type Change, rowAfter, rowBefore } from '../../../core/rows/change.ts';
import type { OutsideIdentity } from '../../../generated/prisma/client.ts';
import { outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { ChangeEvent, type ChangeItem } from '../../../graph/events/change-event.ts';
import type { FollowArgs, View } from '../../../graph/events/follow.ts';
import { followField } from '../../../graph/events/follow-field.ts';
import { listing } from '../../../graph/limits/field-cost.ts';
import { followedRows } from '../../../graph/rows/followed-rows.ts';
import { builder } from '../../../graph/schema/builder.ts';
import { idOf } from '../../../graph/schema/id-of.ts';
import { type IdentityInFeed, outsideIdentityEntity } from '../sessions.changes.ts';
import { outsideIdentities, readsIdentities } from './outside-identities.access.ts';
import { identitiesOfUser, MAX_IDENTITIES, unbindIdentity } from './outside-identities.commands.ts';

/** An API token is no person, and how its user signs in is no business of its holder. */
const isPerson: Rule = ({ apiToken }) => apiToken === null;

const UserIdentity = builder.objectRef<OutsideIdentity>('UserIdentity').implement({
  description:
    'A user as an outside issuer knows it. It was bound by the first token of the subject; since then tokens of the subject are of this user, whatever address they have.',
  rule: inherited,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the identity.' }),
    issuer: t.exposeString('issuer', { description: 'The issuer (`iss`).' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description:
        'The subject (`sub`), which no other user of this server has. Null once the person was erased.',
    }),
    boundAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was bound.' }),
    signedOutAt: t.expose('signedOutAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Tokens that were issued until then are refused. Null if no sign-out has ended them all.',
    }),
  }),
});

const USER = 'The user. The viewer by default; of another user it needs the right to read users.';

builder.queryField('userIdentities', (t) =>
  t.field({
    type: [UserIdentity],
    rule: isPerson,
    description: `The outside identities of a user, the latest first, at most ${MAX_IDENTITIES}.`,
    args: { userId: t.arg.id({ description: USER, ...idOf('User') }) },
    ...listing(MAX_IDENTITIES),
    resolve: (_root, { userId }, ctx) => identitiesOfUser(requireViewer(ctx), userId && String(userId)),
  }),
);

const Unbound = builder.objectRef<Payload<OutsideIdentity>>('UserIdentityUnbindPayload').implement({
  description: 'The result of `userIdentityUnbind`.',
  rule: inherited,
  fields: (t) => ({
    userIdentityId: t.id({
      nullable: true,
      description: 'The id of the identity that was removed. Null if the mutation was refused.',
      resolve: ({ done }) => done?.id ?? null,
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('userIdentityUnbind', (t) =>
  t.field({
    type: Unbound,
    rule: isPerson,
    description:
      'Removes an outside identity of the viewer, or of another user whom it may change: what was opened with its tokens ends. The next token of the subject with a verified address is bound again.',
    // Identities are no nodes: only the list of a user gives such an id.
    args: { id: t.arg.id({ required: true, description: 'The id of the identity.', ...idOf('Node') }) },
    resolve: (_root, { id }, ctx) => settle(() => unbindIdentity(requireSession(ctx), { id: String(id) })),
  }),
);

const UserIdentitiesChanged = builder.objectRef<ChangeItem>('UserIdentitiesChanged').implement({
  description: 'An outside identity of a user was bound, signed out or removed.',
  rule: inherited,
  interfaces: [ChangeEvent],
  fields: (t) => ({
    identities: t.field({
      type: [UserIdentity],
      description: 'The identities at the moment of the event, as `userIdentities` lists them.',
      ...listing(MAX_IDENTITIES),
      resolve: ({ change }, _args, ctx) => {
        ctx.holdsForNow();
        return identitiesOfUser(requireViewer(ctx), (change.image as unknown as IdentityInFeed).userId);
      },
    }),
  }),
});

followField('userIdentitiesChanged', {
  type: UserIdentitiesChanged,
  description:
    'Emits when an outside identity of a user of the level of the viewer was bound, signed out or removed.',
  args: (arg) => ({ userId: arg.id({ description: USER, ...idOf('User') }) }),
  spec: {
    rule: isPerson,
    feed: ({ homeFeed }) => homeFeed,
    entities: () => [outsideIdentityEntity.name],
    view: changesOf,
    isPersonal: () => true,
    hasPositions: false,
  },
});

/** Shows a viewer the changes of its own identities, and staff those of the user whom they ask for, of their own level. */
function changesOf(viewer: Viewer, { userId: given }: FollowArgs): View {
  const userId = typeof given === 'string' ? asRowId(given) : viewer.userId;
  if (userId !== viewer.userId && !readsIdentities(viewer)) throw noSuch('User');
  return (change) => {
    if (change.entity !== outsideIdentityEntity.name) return null;
    const row = rowAfter(change as Change<IdentityInFeed>) ?? rowBefore(change as Change<IdentityInFeed>);
    if (row?.userId !== userId) return null;
    return { __typename: 'UserIdentitiesChanged', shownAs: change.entity, change, row: change.image };
  };
}

followedRows.add(outsideIdentities);
