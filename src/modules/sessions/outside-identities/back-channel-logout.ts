import type { Origin } from '../../../changes/recording.ts';
import type { Transactions } from '../../../changes/transactions.ts';
import type { Clock } from '../../../core/process/clock.ts';
import type { Log } from '../../../core/process/log.ts';
import { RequestError } from '../../../core/requests/errors.ts';
import { systemActor } from '../../../core/rows/actor.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import { claimedIssuer, type OutsideIssuers } from '../outside-issuers.ts';
import { endSession, endSignIns } from './identity-ending.ts';
import { lockSubject } from './locked-subject.ts';
import { LOGOUT_TOKEN, type OutsideEnd, readLogoutToken } from './logout-token.ts';

/** The dependencies of `BackChannelLogout`. */
export interface BackChannelLogoutParts {
  readonly issuers: OutsideIssuers;
  readonly transactions: Pick<Transactions, 'of'>;
  readonly clock: Clock;
  readonly log: Log;
}

const ORIGIN: Origin = { actor: systemActor('logout at the issuer'), requestId: null, ip: null };

/**
 * Ends what was opened with the tokens of a session, or of a subject, that an outside issuer says has ended (OpenID Connect
 * Back-Channel Logout 1.0). The answer is the same whether a user is bound to the subject or not.
 */
export class BackChannelLogout {
  readonly #parts: BackChannelLogoutParts;

  constructor(parts: BackChannelLogoutParts) {
    this.#parts = parts;
  }

  /**
   * Takes a logout token. Throws UNAUTHENTICATED for one that no issuer has signed for us, BAD_USER_INPUT for one that is
   * wrong otherwise or was used before, and TRY_AGAIN while the keys of its issuer cannot be had.
   */
  async take(token: string): Promise<void> {
    const { issuers, transactions, clock, log } = this.#parts;
    const issuer = issuers.named(claimedIssuer(token));
    const end = await readLogoutToken(issuer, token, clock.now());
    const { value: ended } = await transactions.of(ORIGIN)((tx) => endIn(tx, end));
    log.info({ issuer: end.issuer, identities: ended }, 'logout at an outside issuer');
  }
}

/** Ends the sign-ins and returns how many identities had them, all in one transaction with the use of the token. */
async function endIn(tx: Transaction, end: OutsideEnd): Promise<number> {
  const { issuer, jti, subject, sid, issuedAt } = end;
  if (subject) await lockSubject(tx, { issuer, subject });
  const everySession = sid === null ? subject : null;
  const used = await tx.db.$executeRaw`
    INSERT INTO outside_logout (issuer, jti, subject, issued_at) VALUES (${issuer}, ${jti}, ${everySession}, ${issuedAt})
    ON CONFLICT DO NOTHING`;
  if (used === 0) throw new RequestError(LOGOUT_TOKEN.LOGOUT_TOKEN_REPEATED());
  if (sid !== null) await endSession(tx, issuer, sid, null);
  const ids = await identitiesOf(tx, end);
  for (const id of ids) {
    // A token that names no session may be of this one.
    await endSignIns(tx, id, sid === null ? { until: issuedAt } : { sid, alsoSessionless: issuedAt });
  }
  return ids.length;
}

async function identitiesOf({ db }: Transaction, { issuer, subject, sid }: OutsideEnd): Promise<string[]> {
  const session = sid === null ? null : await db.outsideSession.findFirst({ where: { issuer, sid } });
  const found = await db.outsideIdentity.findMany({
    where: {
      issuer,
      OR: [...(subject ? [{ subject }] : []), ...(session?.userId ? [{ userId: session.userId }] : [])],
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return found.map(({ id }) => id);
}
