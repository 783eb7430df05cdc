import type { MailMessage as MailRow } from '../../generated/prisma/client.ts';
import type { MailStatus as Statuses } from '../../generated/prisma/enums.ts';
import { listing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { mayReadMail } from './mail.access.ts';
import { openSecrets } from './mail-secrets.terms.ts';

// Invariants of this room: a message is queued in the transaction that decides it, and sent by one node at a time; each
// try has the same Message-ID; its secrets are sealed until it ends; no param ends a header or a line, and none decides
// where a link leads.

/** More than an administrator reads. */
const MAX_SHOWN = 100;

const MailStatus = builder.enumType('MailStatus', {
  description: 'What became of an e-mail.',
  values: {
    WAITING: { description: 'It waits for its first or its next try.' },
    SENT: { description: 'The mail server has taken it.' },
    KEPT: { description: 'There is no mail server, so it is kept for administrators to read.' },
    REFUSED: { description: 'The mail server has refused it for good, or every try has failed.' },
    DROPPED: { description: 'It was not wanted any more, e.g. because its cause is gone.' },
  } as const satisfies Record<keyof typeof Statuses, object>,
});

const MailMessage = builder.objectRef<MailRow>('MailMessage').implement({
  description: 'An e-mail of the installation. Removed 30 days after its end.',
  rule: mayReadMail,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id; that of the message begins with it.' }),
    messageKey: t.exposeString('messageKey', { description: 'The name of its text, e.g. `notification`.' }),
    address: t.exposeString('address', { description: 'The address to which it goes.' }),
    status: t.expose('status', { type: MailStatus, description: 'What became of it.' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The subject. Null before the first try.',
    }),
    text: t.string({
      nullable: true,
      description:
        'The text. Secrets in it, e.g. of links, are covered; of an e-mail that is KEPT they are shown to users who have signed in, because it reaches no other reader. Null before the first try.',
      resolve: (row, _args, { viewer, ciphers }) => {
        if (row.status !== 'KEPT' || !row.sealedSecrets || viewer?.apiToken !== null) return row.body;
        return String(openSecrets(ciphers.mailSecrets, row).text);
      },
    }),
    tries: t.exposeInt('tries', { description: 'The tries that have begun.' }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'The code with which the last try failed. Null if it did not.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was queued.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was sent, kept, refused or dropped. Null while it waits.',
    }),
  }),
});

builder.queryField('mailMessages', (t) =>
  t.field({
    type: [MailMessage],
    rule: mayReadMail,
    ...listing(MAX_SHOWN),
    description: `The latest e-mails of the installation, the latest first, at most ${MAX_SHOWN}.`,
    resolve: (_root, _args, { db }) =>
      db.mailMessage.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: MAX_SHOWN }),
  }),
);
