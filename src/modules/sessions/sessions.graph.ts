import { requireViewer } from '../../core/context.ts';
import { anyone, inherited, may, signedIn } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { type Payload, settle } from '../../graph/command-field.ts';
import { exposedEntities } from '../../graph/exposed-entities.ts';
import { UserError } from '../../graph/user-error.ts';
import { sessionsVisibleTo } from './sessions.access.ts';
import { sessionEntity } from './sessions.changes.ts';
import {
  changePassword,
  refreshTokens,
  type SignedIn,
  signIn,
  signOut,
  signOutEverywhere,
} from './sessions.commands.ts';

function signedInPayload(name: string, description: string) {
  return builder.objectRef<Payload<SignedIn>>(name).implement({
    description,
    rule: inherited,
    fields: (t) => ({
      accessToken: t.string({
        nullable: true,
        description:
          'What proves who one is: send it as `Authorization: Bearer <token>`. Null if the mutation was refused.',
        resolve: ({ row }) => row?.accessToken ?? null,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the access token ends. Null if the mutation was refused.',
        resolve: ({ row }) => row?.expiresAt ?? null,
      }),
      refreshToken: t.string({
        nullable: true,
        description:
          'What `tokenRefresh` takes, once, to go on after that; keep it secret. Null if the mutation was refused.',
        resolve: ({ row }) => row?.refreshToken ?? null,
      }),
      viewer: t.field({
        type: 'Viewer',
        nullable: true,
        description: 'Who has signed in. Null if the mutation was refused.',
        resolve: ({ row }) => row?.viewer ?? null,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'Why the mutation was refused; empty when it succeeded.',
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });
}

function endedPayload(name: string, description: string) {
  return builder.objectRef<Payload<number>>(name).implement({
    description,
    rule: inherited,
    fields: (t) => ({
      endedSessions: t.int({
        description: 'How many sessions were ended by it.',
        resolve: ({ row }) => row ?? 0,
      }),
      cursor: t.expose('cursor', {
        type: 'Cursor',
        nullable: true,
        description: 'The position of this write in its feed. Null if nothing was changed.',
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'Why the mutation was refused; empty when it succeeded.',
        resolve: ({ userErrors }) => userErrors,
      }),
    }),
  });
}

const SignInInput = builder.inputType('SignInInput', {
  description: 'Credentials.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The e-mail address, in any case.' }),
    password: t.string({ required: true, description: 'The password.' }),
    totp: t.string({
      description:
        'The code of the authenticator, six digits, each good once. Needed by users with a second factor and ignored for all others.',
    }),
  }),
});

builder.mutationField('signIn', (t) =>
  t.field({
    type: signedInPayload('SignInPayload', 'What `signIn` gave.'),
    rule: anyone,
    description:
      'Begins a session of 30 days. An unknown address and a wrong password get the same answer. A user with a second factor gets a different answer after the right password: INVALID_INPUT at `input.totp` if the code is missing, wrong or spent. After 5 failures of an account or 50 of a network within 15 minutes the answer is the error RATE_LIMITED. The rest of the operation runs signed in, and so does an anonymous socket from then on.',
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who signs in.' }) },
    resolve: (_root, { input }, ctx) => settle(() => signIn(ctx, input)),
  }),
);

builder.mutationField('tokenRefresh', (t) =>
  t.field({
    type: signedInPayload('TokenRefreshPayload', 'What `tokenRefresh` gave.'),
    rule: anyone,
    description:
      'Continues a session: returns a new access token and the next refresh token. A refresh token is good for one use; using it again ends the session, because then two have it. Sent over a socket of the same user, it prolongs the socket too.',
    args: {
      refreshToken: t.arg.string({ required: true, description: 'The last refresh token of the session.' }),
    },
    resolve: (_root, { refreshToken }, ctx) => settle(() => refreshTokens(ctx, refreshToken)),
  }),
);

builder.mutationField('signOut', (t) =>
  t.field({
    type: endedPayload('SignOutPayload', 'What `signOut` did.'),
    rule: signedIn,
    description: 'Ends the session of this request: its tokens are refused and its streams and sockets end.',
    resolve: (_root, _args, ctx) => settle(() => signOut(requireViewer(ctx))),
  }),
);

builder.mutationField('signOutEverywhere', (t) =>
  t.field({
    type: endedPayload('SignOutEverywherePayload', 'What `signOutEverywhere` did.'),
    rule: signedIn,
    description: 'Ends all sessions of the viewer, this one too.',
    resolve: (_root, _args, ctx) => settle(() => signOutEverywhere(requireViewer(ctx))),
  }),
);

const PasswordChangeInput = builder.inputType('PasswordChangeInput', {
  description: 'A new password.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'The password as it is.' }),
    newPassword: t.string({ required: true, description: 'The new one, of 10 to 200 characters.' }),
  }),
});

builder.mutationField('passwordChange', (t) =>
  t.field({
    type: endedPayload('PasswordChangePayload', 'What `passwordChange` did.'),
    rule: signedIn,
    description: 'Sets the password of the viewer and ends all other sessions.',
    args: { input: t.arg({ type: PasswordChangeInput, required: true, description: 'The passwords.' }) },
    resolve: (_root, { input }, ctx) => settle(() => changePassword(requireViewer(ctx), input)),
  }),
);

// No type shows a session, so the audit log tells that there was one, and nothing of what is in it.
exposedEntities.add({
  entity: sessionEntity,
  typeName: 'Session',
  rule: may('users:read'),
  visibleTo: sessionsVisibleTo,
});
