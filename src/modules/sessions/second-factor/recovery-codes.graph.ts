import type { ObjectFieldBuilder } from '@pothos/core';
import { requireSession } from '../../../core/context.ts';
import { inherited, signedIn } from '../../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { inputType } from '../../../graph/inputs/input-type.ts';
import { builder, type Types } from '../../../graph/schema/builder.ts';
import { createRecoveryCodes, disableInput, type WithCodes } from './second-factor.commands.ts';

/** Makes the field of a payload that shows the recovery codes which the mutation has made, this one time. */
export function recoveryCodesField<Row extends Pick<WithCodes, 'recoveryCodes'> | MaybeCodes>(
  t: ObjectFieldBuilder<Types, Payload<Row>>,
) {
  return t.stringList({
    nullable: true,
    description:
      'The recovery codes that were made: ten, each good once in the place of a code of the authenticator. They are shown only here. Null if none were made.',
    resolve: ({ done }) => done?.recoveryCodes?.slice() ?? null,
  });
}

interface MaybeCodes {
  readonly recoveryCodes: readonly string[] | null;
}

/** Makes the payload of a mutation that makes recovery codes. */
export function withCodesPayload(name: string, description: string) {
  return builder.objectRef<Payload<WithCodes>>(name).implement({
    description,
    rule: inherited,
    fields: (t) => ({
      user: t.prismaField({
        type: 'User',
        nullable: true,
        description: 'The viewer after the change. Null if the mutation was refused.',
        resolve: (_query, { row }) => row?.user ?? null,
      }),
      recoveryCodes: recoveryCodesField(t),
      ...outcomeFields(t),
    }),
  });
}

const RecoveryCodesCreateInput = inputType(
  'RecoveryCodesCreateInput',
  'Proof that it is the viewer who makes recovery codes.',
  disableInput,
);

builder.mutationField('recoveryCodesCreate', (t) =>
  t.field({
    type: withCodesPayload('RecoveryCodesCreatePayload', 'The result of `recoveryCodesCreate`.'),
    rule: signedIn,
    description:
      'Makes ten recovery codes for the second factor of the viewer; all earlier ones end. `totpConfirm` has made the first ones.',
    args: { input: t.arg({ type: RecoveryCodesCreateInput, required: true, description: 'The proof.' }) },
    resolve: (_root, args, ctx) => settle(() => createRecoveryCodes(requireSession(ctx), args)),
  }),
);

builder.objectField('Viewer', 'recoveryCodesLeft', (t) =>
  t.int({
    nullable: true,
    rule: ({ apiToken }) => apiToken === null,
    description:
      'The recovery codes of the second factor that were not used yet: 0 without one. No other user and no API token reads it. Null for an API token.',
    resolve: ({ userId }, _args, { db }) => db.recoveryCode.count({ where: { userId } }),
  }),
);
