// The claims of nodes on e-mails that are ready. Every time is that of the database's clock.

import type { MailMessage, PrismaClient } from '../../generated/prisma/client.ts';
import type { MailOutcome } from './mail-port.ts';

/** The tries after which a message is given up: with the pauses below, about two days. */
export const MAX_TRIES = 12;
/** The messages that a node sends at a time. */
const MAX_CLAIMS = 5;
/** The time after which a node that has taken messages counts as lost; longer than a try. */
const LEASE = '45 seconds';
/** The time for which messages are kept after their end. */
const KEPT_FOR = '30 days';
const BATCH = 1_000;
const FIRST_PAUSE_S = 5;
const LONGEST_PAUSE_S = 6 * 3_600;

/** Takes messages with the given texts, the oldest first, and counts a try of each; others may take the rest. */
export async function claimMails(prisma: PrismaClient, keys: readonly string[]): Promise<MailMessage[]> {
  const taken = await prisma.$queryRaw<{ id: string }[]>`
    UPDATE mail_message SET tries = tries + 1, try_at = now() + ${LEASE}::interval
    WHERE id IN (
      SELECT id FROM mail_message WHERE try_at <= now() AND message_key = ANY(${keys})
      ORDER BY try_at LIMIT ${MAX_CLAIMS} FOR UPDATE SKIP LOCKED
    )
    RETURNING id`;
  return prisma.mailMessage.findMany({ where: { id: { in: taken.map(({ id }) => id) } } });
}

/** The time until a message is ready to be taken, in milliseconds; infinite if none waits. */
export async function untilNextMail(prisma: PrismaClient, keys: readonly string[]): Promise<number> {
  const [row] = await prisma.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM min(try_at) - clock_timestamp()) * 1000)::float8 AS ms
    FROM mail_message WHERE try_at IS NOT NULL AND message_key = ANY(${keys})`;
  return row?.ms ?? Number.POSITIVE_INFINITY;
}

/** The e-mail as lists show it, and the sealed text of one that is kept. */
export interface WrittenMail {
  /** The address of this try. */
  readonly address: string;
  readonly subject: string;
  readonly body: string;
  readonly sealedText: Uint8Array<ArrayBuffer> | null;
}

/**
 * Records the outcome of a try that this node has claimed. A message that has ended keeps no secret, except one that is
 * kept in the place of being sent.
 */
export async function settleMail(
  prisma: PrismaClient,
  { id, tries }: Pick<MailMessage, 'id' | 'tries'>,
  outcome: MailOutcome | { readonly status: 'DROPPED' },
  written: WrittenMail | null = null,
): Promise<void> {
  const { address = null, subject = null, body = null, sealedText = null } = written ?? {};
  const answer = 'answer' in outcome ? outcome.answer : null;
  if (outcome.status === 'FAILED' && tries < MAX_TRIES) {
    await prisma.$executeRaw`
      UPDATE mail_message SET last_error = ${answer}, address = coalesce(${address}, address), subject = ${subject}, body = ${body},
        try_at = now() + make_interval(secs => ${pauseAfter(tries)}::float8)
      WHERE id = ${id}::uuid AND tries = ${tries} AND status = 'WAITING'`;
    return;
  }
  const status = outcome.status === 'FAILED' ? 'REFUSED' : outcome.status;
  await prisma.$executeRaw`
    UPDATE mail_message SET status = ${status}::mail_status, last_error = ${answer}, try_at = NULL, ended_at = now(),
      address = coalesce(${address}, address), subject = ${subject}, body = ${body}, sealed_secrets = ${status === 'KEPT' ? sealedText : null}
    WHERE id = ${id}::uuid AND tries = ${tries} AND status = 'WAITING'`;
}

/** Removes what ended, or was kept, long ago, a batch at a time: a statement locks few rows, and not for long. */
export async function forgetOldMail(prisma: PrismaClient, batch = BATCH): Promise<void> {
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM mail_message WHERE id IN (
        SELECT id FROM mail_message WHERE ended_at < now() - ${KEPT_FOR}::interval LIMIT ${batch}
        FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
}

/** Four times as long after each try, and up to a fifth more, so that what failed together is not tried together. */
function pauseAfter(tries: number): number {
  const pause = Math.min(FIRST_PAUSE_S * 4 ** (tries - 1), LONGEST_PAUSE_S);
  return pause * (1 + Math.random() / 5);
}
