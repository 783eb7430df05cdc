import { requireViewer } from '../../core/context.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { builder } from '../../graph/schema/builder.ts';
import { type StreamTicket, streamTicket } from './stream-ticket.ts';

const StreamTicketCreatePayload = builder
  .objectRef<Payload<StreamTicket>>('StreamTicketCreatePayload')
  .implement({
    description: 'The result of `streamTicketCreate`.',
    rule: inherited,
    fields: (t) => ({
      ticket: t.string({
        nullable: true,
        description:
          'The ticket: the parameter `ticket` of a GET of the endpoint, beside `query` and `variables`. It is a secret. Null if the mutation was refused.',
        resolve: ({ done }) => done?.ticket ?? null,
      }),
      beginBy: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'The time until which the stream can begin. Null if the mutation was refused.',
        resolve: ({ done }) => done?.beginBy ?? null,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'The time until which the stream runs, and resumes if it was cut. Null if the mutation was refused.',
        resolve: ({ done }) => done?.expiresAt ?? null,
      }),
      ...outcomeFields(t),
    }),
  });

builder.mutationField('streamTicketCreate', (t) =>
  t.field({
    type: StreamTicketCreatePayload,
    rule: signedIn,
    description:
      'Makes a ticket that opens one subscription as an event stream by GET, for clients that cannot send headers, as `EventSource` in browsers. It opens one stream, within a minute, with the rights of the viewer; with the Last-Event-ID of that stream it opens the same subscription again, for ten minutes. It ends with the session or API token of the viewer.',
    resolve: (_root, _args, ctx) =>
      settle(async () => ({ value: streamTicket(requireViewer(ctx)), cursor: null })),
  }),
);
