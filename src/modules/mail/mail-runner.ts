import type { Log } from '../../core/process/log.ts';
import type { Params } from '../../core/requests/fault.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Asking } from '../../core/rights/identity.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { MailText } from '../../core/rows/mail-text.ts';
import type { MailMessage, PrismaClient } from '../../generated/prisma/client.ts';
import { BackgroundLoop } from '../../lib/background-loop.ts';
import { claimMails, settleMail, untilNextMail, type WrittenMail } from './mail-claims.ts';
import { canBeMade, mailContent } from './mail-content.ts';
import type { MailOutcome, MailPort } from './mail-port.ts';
import { openSecrets, sealSecrets } from './mail-secrets.terms.ts';

/** The longest pause: after it, a node finds what another has queued. */
const POLL_MS = 1_000;
const UNAVAILABLE_MS = 1_000;

export interface MailRunnerParts {
  readonly prisma: PrismaClient;
  /** The mail server. */
  readonly port: MailPort;
  /** The gateway that has text messages and push messages. */
  readonly gateway: MailPort;
  readonly texts: ReadonlyMap<string, MailText>;
  readonly cipher: SecretCipher;
  /** Returns a user with its rights at this moment; null if the user may not act. */
  readonly viewerOf: (asking: Asking) => Promise<Viewer | null>;
  /** The address of the product; null if none is known. */
  readonly publicUrl: string | null;
  /** The domain of the ids of messages. */
  readonly domain: string;
  readonly log: Log;
}

/**
 * Sends what is queued. Every node has a runner, and no transaction is open while a mail server answers:
 *
 *     claim: count a try, COMMIT ── still wanted? ── send ── record the outcome, COMMIT
 *
 * A node that is killed between the last two is the one case in which a message is sent twice, with the same Message-ID.
 * It is no due work: that is done inside a transaction, and one slow mail server would hold up all of it.
 */
export class MailRunner {
  readonly #parts: MailRunnerParts;
  readonly #keys: readonly string[];
  readonly #loop: BackgroundLoop;

  constructor(parts: MailRunnerParts) {
    this.#parts = parts;
    // This node skips the texts that only a newer release knows: nodes of that release send them.
    this.#keys = [...parts.texts.keys()];
    this.#loop = new BackgroundLoop(
      () => this.#goRound(),
      (error) => {
        parts.log.warn({ err: error }, 'e-mails wait: database unavailable');
        return UNAVAILABLE_MS;
      },
    );
  }

  start(): void {
    this.#loop.start();
  }

  /** Waits for the messages that are being sent; other nodes send the rest. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    this.#parts.port.close();
    this.#parts.gateway.close();
  }

  /** Sends some of what is ready; returns the pause before the next round. */
  async #goRound(): Promise<number> {
    const messages = await claimMails(this.#parts.prisma, this.#keys);
    await Promise.all(messages.map((message) => this.#send(message)));
    if (messages.length > 0) return 0;
    const untilNextMs = await untilNextMail(this.#parts.prisma, this.#keys);
    return Math.min(Math.max(Math.ceil(untilNextMs), 1), POLL_MS);
  }

  /** Sends a message. What cannot be written, e.g. because its secrets were sealed with another key, is a failed try. */
  async #send(message: MailMessage): Promise<void> {
    const { prisma, log } = this.#parts;
    const { id, messageKey, tries } = message;
    const { outcome, written } = await this.#try(message).catch((error: Error) => {
      log.error({ err: error, id, messageKey }, 'e-mail cannot be written');
      return { outcome: { status: 'FAILED', answer: error.name } as const, written: null };
    });
    if ('answer' in outcome) log.warn({ id, messageKey, tries, answer: outcome.answer }, 'e-mail not sent');
    await settleMail(prisma, message, outcome, written);
  }

  async #try(message: MailMessage): Promise<Tried> {
    const { prisma, port, gateway, texts, cipher, viewerOf, publicUrl, domain } = this.#parts;
    const { id, userId, messageKey } = message;
    const text = texts.get(messageKey);
    if (!text || !canBeMade(text, publicUrl)) {
      return { outcome: { status: 'REFUSED', answer: 'PUBLIC_URL is not set' }, written: null };
    }
    const viewer = text.prepare && userId ? await viewerOf({ userId, sessionId: null }) : null;
    const queued = message.params as Params;
    const params = text.prepare ? await text.prepare(prisma, viewer, queued) : queued;
    if (!params) return { outcome: { status: 'DROPPED' }, written: null };
    const address = text.followsUser ? await presentAddress(prisma, userId) : message.address;
    if (!address) return { outcome: { status: 'DROPPED' }, written: null };
    const secrets = openSecrets(cipher, message);
    const content = mailContent(text, { ...params, ...secrets }, publicUrl);
    const covered = Object.fromEntries(Object.keys(secrets).map((name) => [name, COVER]));
    const { subject, text: body } = mailContent(text, { ...params, ...covered }, publicUrl);
    const sealedText = message.sealedSecrets ? sealSecrets(cipher, id, { text: content.text }) : null;
    const envelope = { id, userId, params, to: address, messageId: `<${id}@${domain}>` };
    const outcome = await (text.isForGateway ? gateway : port).send({ ...content, ...envelope });
    return { outcome, written: { address, subject, body, sealedText } };
  }
}

/** The address of a user at this moment; null if the user is gone. */
async function presentAddress(prisma: PrismaClient, userId: string | null): Promise<string | null> {
  if (!userId) return null;
  const user = await prisma.user.findFirst({ where: { id: userId }, select: { email: true } });
  return user?.email ?? null;
}

/** The text in the place of a secret. */
const COVER = '***';

interface Tried {
  readonly outcome: MailOutcome | { readonly status: 'DROPPED' };
  readonly written: WrittenMail | null;
}
