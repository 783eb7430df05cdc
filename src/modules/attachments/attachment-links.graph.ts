import { requireViewer } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { mayReadMessages } from '../messages/messages.access.ts';
import type { AttachmentLink } from './attachment-link.ts';
import { linkToFile } from './attachment-links.commands.ts';

const AttachmentLinkCreatePayload = builder
  .objectRef<Payload<AttachmentLink>>('AttachmentLinkCreatePayload')
  .implement({
    description: 'The result of `attachmentLinkCreate`.',
    rule: inherited,
    fields: (t) => ({
      path: t.string({
        nullable: true,
        description:
          'The path on the server from which GET and HEAD download the file, also in ranges and several times. It has the rights of the viewer, so it is a secret. Null if the mutation was refused.',
        resolve: ({ done }) => done?.path ?? null,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'The time until which a download can begin. Null if the mutation was refused.',
        resolve: ({ done }) => done?.expiresAt ?? null,
      }),
      ...outcomeFields(t),
    }),
  });

builder.mutationField('attachmentLinkCreate', (t) =>
  t.field({
    type: AttachmentLinkCreatePayload,
    rule: mayReadMessages,
    description:
      'Makes a link to the file of an attachment, for ten minutes. Each request asks again whether the viewer is signed in and may read the file.',
    args: {
      id: t.arg.id({ required: true, description: 'The attachment.', ...idOf('Attachment') }),
    },
    resolve: (_root, { id }, ctx) =>
      settle(async () => ({ value: await linkToFile(requireViewer(ctx), String(id)), cursor: null })),
  }),
);
