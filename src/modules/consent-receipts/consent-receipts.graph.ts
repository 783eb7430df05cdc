import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import type { ReceiptKey } from '../../generated/prisma/client.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { consents } from '../consents/consents.access.ts';
import { type ConsentReceipt as Receipt, receiptOf } from './consent-receipt.ts';
import { rotateReceiptKey } from './consent-receipts.commands.ts';

const ConsentReceipt = builder.objectRef<Receipt>('ConsentReceipt').implement({
  description:
    'The signed proof of what the ledger has of a consent at one moment. A later change is in a later receipt. It has the same content for every viewer: no evidence, and no person who acted.',
  rule: inherited,
  fields: (t) => ({
    jws: t.exposeString('jws', {
      description:
        'A compact JWS (RFC 7515), signed with EdDSA (Ed25519). Its payload has the fields of ISO/IEC TS 27560. The key that its `kid` names is in `/.well-known/jwks.json`, for ever.',
    }),
    consentVersion: t.int({
      description: 'The version of the consent, and the number of its record, that the receipt is of.',
      resolve: ({ record }) => record.consentVersion,
    }),
  }),
});

builder.queryField('consentReceipt', (t) =>
  t.field({
    type: ConsentReceipt,
    rule: consents.rule,
    description:
      'Signs a receipt of a consent as it is now. NOT_FOUND for a consent that the viewer may not see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the consent.', ...idOf('Consent') }) },
    resolve: (_root, { id }, ctx) => receiptOf(requireViewer(ctx), id),
  }),
);

const ReceiptKeyRotatePayload = builder.objectRef<Payload<ReceiptKey>>('ReceiptKeyRotatePayload').implement({
  description: 'The result of `receiptKeyRotate`.',
  rule: inherited,
  fields: (t) => ({
    keyId: t.string({
      nullable: true,
      description: 'The `kid` of the next key. Null if the mutation was refused.',
      resolve: ({ row }) => row?.id ?? null,
    }),
    signsFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time from which it signs. Null if the mutation was refused.',
      resolve: ({ row }) => row?.signsFrom ?? null,
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('receiptKeyRotate', (t) =>
  t.field({
    type: ReceiptKeyRotatePayload,
    rule: may('receipt-keys:rotate'),
    description:
      'Adds the next key for receipts. It is published immediately, and signs from ten minutes later on, when no cache can lack it. Receipts of earlier keys stay good. Refused with INVALID_STATE while a next key waits.',
    resolve: (_root, _args, ctx) => settle(() => rotateReceiptKey(requireViewer(ctx))),
  }),
);
