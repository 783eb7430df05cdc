import { requireSession } from '../../../core/context.ts';
import { anyone, inherited, signedIn } from '../../../core/rights/rules.ts';
import type { User as UserRow } from '../../../generated/prisma/client.ts';
import { outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { inputType } from '../../../graph/inputs/input-type.ts';
import { ASKS_FOR_NO_VIEWER } from '../../../graph/schema/anonymous-operation.ts';
import { builder } from '../../../graph/schema/builder.ts';
import { withCodesPayload } from './recovery-codes.graph.ts';
import {
  confirmTotp,
  disableInput,
  disableTotp,
  enrolAtSignIn,
  enrolInput,
  enrolTotp,
  signInEnrolInput,
} from './second-factor.commands.ts';
import type { Enrolment } from './totp.ts';

function enrolmentPayload(name: string, description: string) {
  return builder.objectRef<Payload<Enrolment>>(name).implement({
    description,
    rule: inherited,
    fields: (t) => ({
      secret: t.string({
        nullable: true,
        description:
          'The secret in base32, to be typed into an authenticator. Null if the mutation was refused.',
        resolve: ({ row }) => row?.secret ?? null,
      }),
      uri: t.string({
        nullable: true,
        description:
          'The same as an `otpauth://` address, to be shown as a QR code. Null if the mutation was refused.',
        resolve: ({ row }) => row?.uri ?? null,
      }),
      ...outcomeFields(t),
    }),
  });
}

const TotpEnrollPayload = enrolmentPayload(
  'TotpEnrollPayload',
  'What `totpEnroll` gave. It is shown only here.',
);
const SignInEnrollPayload = enrolmentPayload(
  'SignInEnrollPayload',
  'What `signInEnroll` gave. It is shown only here.',
);

const TotpDisablePayload = builder.objectRef<Payload<UserRow>>('TotpDisablePayload').implement({
  description: 'What `totpDisable` did.',
  rule: inherited,
  fields: (t) => ({
    user: t.prismaField({
      type: 'User',
      nullable: true,
      description: 'The viewer after the change. Null if the mutation was refused.',
      resolve: (_query, { row }) => row,
    }),
    ...outcomeFields(t),
  }),
});

const TotpEnrollInput = inputType(
  'TotpEnrollInput',
  'Proof that it is the viewer who sets up an authenticator.',
  enrolInput,
);

builder.mutationField('totpEnroll', (t) =>
  t.field({
    type: TotpEnrollPayload,
    rule: signedIn,
    description:
      'Makes a secret for the authenticator of the viewer (RFC 6238: SHA-1, 6 digits, 30 seconds), replacing one that was not confirmed. Nothing asks for its codes before `totpConfirm`. Refused with INVALID_STATE while a second factor is in use.',
    args: {
      input: t.arg({ type: TotpEnrollInput, required: true, description: 'The proof.' }),
    },
    resolve: (_root, args, ctx) => settle(() => enrolTotp(requireSession(ctx), args)),
  }),
);

const SignInEnrollInput = inputType(
  'SignInEnrollInput',
  'The credentials of a user who must set up an authenticator to sign in.',
  signInEnrolInput,
);

builder.mutationField('signInEnroll', (t) =>
  t.field({
    type: SignInEnrollPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Makes a secret for the authenticator of a user who has none and cannot sign in without one, as `totpEnroll` does in a session. It begins no session: `signIn` with the first code does. Refused with INVALID_STATE where no second factor is required or one is in use.',
    args: { input: t.arg({ type: SignInEnrollInput, required: true, description: 'The credentials.' }) },
    resolve: (_root, args, ctx) => settle(() => enrolAtSignIn(ctx, args)),
  }),
);

builder.mutationField('totpConfirm', (t) =>
  t.field({
    type: withCodesPayload('TotpConfirmPayload', 'What `totpConfirm` did.'),
    rule: signedIn,
    description:
      'Activates the secret of `totpEnroll` and ends all other sessions: from now on, signing in and changing the password require a code in addition to the password, or one of the recovery codes that it makes.',
    args: {
      code: t.arg.string({
        required: true,
        description: 'The code that the authenticator shows. Each code is good once, so this one is spent.',
      }),
    },
    resolve: (_root, args, ctx) => settle(() => confirmTotp(requireSession(ctx), args)),
  }),
);

const TotpDisableInput = inputType(
  'TotpDisableInput',
  'Proof that it is the viewer who removes the second factor.',
  disableInput,
);

builder.mutationField('totpDisable', (t) =>
  t.field({
    type: TotpDisablePayload,
    rule: signedIn,
    description:
      'Removes the second factor of the viewer: signing in needs the password only, and the secret is deleted.',
    args: { input: t.arg({ type: TotpDisableInput, required: true, description: 'The proof.' }) },
    resolve: (_root, args, ctx) => settle(() => disableTotp(requireSession(ctx), args)),
  }),
);
