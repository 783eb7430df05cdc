import { requireViewer } from '../../core/context.ts';
import { type Upload, uploadsIn } from '../../core/feeds/uploading.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { inherited } from '../../core/rights/rules.ts';
import { matches } from '../../core/rights/where.ts';
import type { Attachment } from '../../generated/prisma/client.ts';
import { observeField } from '../../graph/events/observe-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { mayReadMessages } from '../messages/messages.access.ts';
import { attachments } from './attachments.access.ts';

const UploadProgressed = builder.objectRef<Upload>('UploadProgressed').implement({
  description: 'How far the upload of an attachment is at this moment.',
  rule: inherited,
  fields: (t) => ({
    attachmentId: t.exposeID('attachmentId', { description: 'The attachment.' }),
    receivedBytes: t.exposeInt('receivedBytes', { description: 'The bytes that have arrived.' }),
    sizeBytes: t.exposeInt('sizeBytes', { description: 'All bytes of the file.' }),
  }),
});

interface UploadArgs {
  readonly tenantId?: string | null;
  readonly attachmentId?: string;
}

observeField('uploadProgressed', {
  type: UploadProgressed,
  description:
    'Emits how far the upload of an attachment is while its bytes arrive, to users who see the attachment. Its end is an `attachmentUpdated`. Nothing is emitted of an attachment that the viewer may not see.',
  args: (arg) => ({
    tenantId: tenantArg(arg),
    attachmentId: arg.id({ required: true, description: 'The attachment.', ...idOf('Attachment') }),
  }),
  spec: {
    rule: mayReadMessages,
    feed: (viewer, args) => attachments.scope.feed(viewer, (args as UploadArgs).tenantId),
    set: uploadsIn,
    look: async (ctx, feed, args, seen: number | undefined) => {
      const { viewer } = requireViewer(ctx);
      const id = asRowId((args as UploadArgs).attachmentId ?? '');
      const all = await ctx.uploading.latest(feed);
      const mine = all.find(({ attachmentId }) => attachmentId === id);
      // A visibility that tests any other column holds for no viewer.
      const isVisible = mine && matches(attachments.visibleTo(viewer), mine as unknown as Attachment);
      const value = isVisible && mine.receivedBytes !== seen ? mine : null;
      return { value, seen: value?.receivedBytes ?? seen ?? -1 };
    },
  },
});
