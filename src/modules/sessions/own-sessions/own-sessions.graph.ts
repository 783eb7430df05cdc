import { requireSession, requireViewer } from '../../../core/context.ts';
import { inherited, type Rule } from '../../../core/rights/rules.ts';
import type { Viewer } from '../../../core/rights/viewer.ts';
import { type Change, rowAfter, rowBefore } from '../../../core/rows/change.ts';
import { settle } from '../../../graph/commands/command-field.ts';
import { ChangeEvent, type ChangeItem } from '../../../graph/events/change-event.ts';
import type { View } from '../../../graph/events/follow.ts';
import { followField } from '../../../graph/events/follow-field.ts';
import { listing } from '../../../graph/limits/field-cost.ts';
import { builder } from '../../../graph/schema/builder.ts';
import { enumType } from '../../../graph/schema/enum-type.ts';
import { idOf } from '../../../graph/schema/id-of.ts';
import { type SessionInFeed, sessionEntity } from '../sessions.changes.ts';
import { endedPayload } from '../sessions.graph.ts';
import { MAX_SESSIONS, type OwnSession, ownSessions, revokeOwnSession } from './own-sessions.commands.ts';

/** An API token is of no session, and its holder has no business with those of the person. */
const isPerson: Rule = ({ apiToken }) => apiToken === null;

const SignInProvider = enumType('SignInProvider', 'A way to sign in.', {
  PASSWORD: 'With a password.',
  GOOGLE: 'With an account of Google.',
  MICROSOFT: 'With an account of Microsoft.',
  OIDC: 'With a token of an outside issuer.',
});

const ViewerSession = builder.objectRef<OwnSession>('ViewerSession').implement({
  description: 'A session of the viewer that can be used.',
  rule: inherited,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the session.' }),
    device: t.exposeString('device', {
      nullable: true,
      description: 'The device, as the client named it at the sign-in. Null if it named none.',
    }),
    provider: t.expose('provider', { type: SignInProvider, description: 'How the viewer signed in.' }),
    hasSecondFactor: t.boolean({
      description: 'Whether a second factor was proved in it.',
      resolve: ({ factor }) => factor !== null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the viewer signed in.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was last renewed, which clients do every few minutes. Its changes are no events.',
    }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'When it ends, if it is not used before.' }),
    isCurrent: t.exposeBoolean('isCurrent', {
      nullable: true,
      description:
        'Whether it is the session of this request. Null in an event, which all sessions of the viewer receive alike.',
    }),
  }),
});

const SESSIONS = `The sessions of the viewer that can be used, the latest first, at most ${MAX_SESSIONS}.`;

builder.queryField('viewerSessions', (t) =>
  t.field({
    type: [ViewerSession],
    rule: isPerson,
    description: SESSIONS,
    ...listing(MAX_SESSIONS),
    resolve: (_root, _args, ctx) => ownSessions(requireViewer(ctx)),
  }),
);

builder.mutationField('sessionRevoke', (t) =>
  t.field({
    type: endedPayload('SessionRevokePayload', 'What `sessionRevoke` did.'),
    rule: isPerson,
    description:
      'Ends a session of the viewer, this one or another: its tokens are refused and its streams and sockets end.',
    // Sessions are no nodes: only the list of its person gives such an id.
    args: { id: t.arg.id({ required: true, description: 'The id of the session.', ...idOf('Node') }) },
    resolve: (_root, { id }, ctx) => settle(() => revokeOwnSession(requireSession(ctx), { id: String(id) })),
  }),
);

const ViewerSessionsChanged = builder.objectRef<ChangeItem>('ViewerSessionsChanged').implement({
  description: 'The viewer has signed in elsewhere, or a session of the viewer has ended.',
  rule: inherited,
  interfaces: [ChangeEvent],
  fields: (t) => ({
    sessions: t.field({
      type: [ViewerSession],
      description: 'The sessions at the moment of the event, as `viewerSessions` lists them.',
      ...listing(MAX_SESSIONS),
      resolve: async (_item, _args, ctx) => {
        ctx.holdsForNow();
        const sessions = await ownSessions(requireViewer(ctx));
        return sessions.map((session) => ({ ...session, isCurrent: null }));
      },
    }),
  }),
});

followField('viewerSessionsChanged', {
  type: ViewerSessionsChanged,
  description:
    'Emits when the viewer has signed in elsewhere or a session of the viewer has ended. Sessions that run out by themselves are no events.',
  args: () => ({}),
  spec: {
    rule: isPerson,
    feed: ({ homeFeed }) => homeFeed,
    entities: () => [sessionEntity.name],
    view: ownChanges,
    isPersonal: () => true,
    hasPositions: false,
  },
});

/** Shows a viewer the changes of its own sessions, of which `sessions` shows other users that there was one. */
function ownChanges({ userId }: Viewer): View {
  return (change) => {
    if (change.entity !== sessionEntity.name) return null;
    const row = rowAfter(change as Change<SessionInFeed>) ?? rowBefore(change as Change<SessionInFeed>);
    if (row?.userId !== userId) return null;
    return { __typename: 'ViewerSessionsChanged', shownAs: change.entity, change, row: change.image };
  };
}
