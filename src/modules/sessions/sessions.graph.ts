import type { FieldMap, ObjectFieldBuilder } from '@pothos/core';
import { requireSession } from '../../core/context.ts';
import { anyone, inherited, signedIn } from '../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { ASKS_FOR_NO_VIEWER } from '../../graph/schema/anonymous-operation.ts';
import { builder, type Types } from '../../graph/schema/builder.ts';
import { UserError } from '../../graph/schema/user-error.ts';
import { changePassword, passwordChangeInput } from './password-change.commands.ts';
import { recoveryCodesField } from './second-factor/recovery-codes.graph.ts';
import { sessions } from './sessions.access.ts';
import {
  refreshTokens,
  type SignedIn,
  signIn,
  signInInput,
  signOut,
  signOutEverywhere,
} from './sessions.commands.ts';

function signedInPayload(
  name: string,
  description: string,
  extras: (t: ObjectFieldBuilder<Types, Payload<SignedIn>>) => FieldMap = () => ({}),
) {
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
          'The token that `tokenRefresh` accepts to renew the session; keep it secret, and keep the latest. Null if the mutation was refused.',
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
      ...extras(t),
    }),
  });
}

/** Makes the payload of a mutation that ends sessions. */
export function endedPayload(name: string, description: string) {
  return builder.objectRef<Payload<number>>(name).implement({
    description,
    rule: inherited,
    fields: (t) => ({
      endedSessions: t.int({
        description: 'How many sessions were ended by it.',
        resolve: ({ row }) => row ?? 0,
      }),
      ...outcomeFields(t),
    }),
  });
}

const SignInInput = inputType('SignInInput', 'Credentials.', signInInput);

builder.mutationField('signIn', (t) =>
  t.field({
    type: signedInPayload('SignInPayload', 'What `signIn` gave.', (fields) => ({
      recoveryCodes: recoveryCodesField(fields),
    })),
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Begins a session of 30 days. An unknown address and a wrong password get the same answer. A user with a second factor gets a different answer after the right password: INVALID_INPUT at `input.totp` if the code is missing, wrong or spent. After 5 failures with an account from one network the next attempts have to wait, each longer than the last, and after 20 until 15 minutes have passed since the first: the error RATE_LIMITED says how long in `extensions.retryAfter`. Right passwords count for nothing, and failures from elsewhere do not keep out a user who has signed in from the same network lately. The rest of the operation runs signed in, and so does an anonymous socket from then on.',
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who signs in.' }) },
    resolve: (_root, args, ctx) => settle(() => signIn(ctx, args)),
  }),
);

builder.mutationField('tokenRefresh', (t) =>
  t.field({
    type: signedInPayload('TokenRefreshPayload', 'What `tokenRefresh` gave.'),
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Continues a session: returns a new access token and the next refresh token. Until the next one is used, a request with the old one can be repeated, e.g. by a second tab or because the answer was lost: within 30 seconds it returns the same refresh token. A token that was withdrawn or exchanged before that ends the session, because then two have it. Sent over a socket of the same user, it prolongs the socket too.',
    args: {
      refreshToken: t.arg.string({ required: true, description: 'The last refresh token of the session.' }),
    },
    resolve: (_root, args, ctx) => settle(() => refreshTokens(ctx, args)),
  }),
);

builder.mutationField('signOut', (t) =>
  t.field({
    type: endedPayload('SignOutPayload', 'What `signOut` did.'),
    rule: signedIn,
    description:
      'Ends the session of this request: its tokens are refused and its streams and sockets end. With a token of an outside issuer it ends the sign-in by it on this server; its issuer is not asked.',
    resolve: (_root, _args, ctx) => settle(() => signOut(requireSession(ctx))),
  }),
);

builder.mutationField('signOutEverywhere', (t) =>
  t.field({
    type: endedPayload('SignOutEverywherePayload', 'What `signOutEverywhere` did.'),
    rule: signedIn,
    description:
      'Ends all sessions of the viewer, this one too, and what was opened with tokens of outside issuers.',
    resolve: (_root, _args, ctx) => settle(() => signOutEverywhere(requireSession(ctx))),
  }),
);

const PasswordChangeInput = inputType('PasswordChangeInput', 'A new password.', passwordChangeInput);

builder.mutationField('passwordChange', (t) =>
  t.field({
    type: endedPayload('PasswordChangePayload', 'What `passwordChange` did.'),
    rule: signedIn,
    description:
      'Sets the password of the viewer and ends all other sessions. A user with a second factor needs a code, too.',
    args: { input: t.arg({ type: PasswordChangeInput, required: true, description: 'The passwords.' }) },
    resolve: (_root, args, ctx) => settle(() => changePassword(requireSession(ctx), args)),
  }),
);

followedRows.add(sessions);
