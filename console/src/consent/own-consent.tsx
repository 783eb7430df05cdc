import type { ReactNode } from 'react';
import { useAction } from '../app/mutation.ts';
import { useText } from '../app/texts.ts';
import { graphql } from '../gql/gql.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import styles from './consent.module.css';
import { type ConsentRow, type NoticeRow, type PurposeRow, STATE_TONES } from './consent-rows.ts';

const GRANT = graphql(`
  mutation OwnGrant($input: ConsentGrantInput!, $expectedVersion: Int, $idempotencyKey: String) {
    consentGrant(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      consentId
      userErrors { code rule message path }
    }
  }
`);

const CONFIRM = graphql(`
  mutation OwnConfirm($id: ID!, $expectedVersion: Int, $idempotencyKey: String) {
    consentConfirm(id: $id, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      consentId
      userErrors { code rule message path }
    }
  }
`);

const REFUSE = graphql(`
  mutation OwnRefuse($input: ConsentRefuseInput!, $expectedVersion: Int, $idempotencyKey: String) {
    consentRefuse(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) {
      consentId
      userErrors { code rule message path }
    }
  }
`);

interface OwnConsentParts {
  readonly purpose: PurposeRow;
  /** The text that is agreed to now. */
  readonly notice: NoticeRow | undefined;
  readonly consent: ConsentRow | undefined;
  /** The customer for which an owner decides; null for oneself. */
  readonly customerId: string | null;
}

/** One purpose with its text and the decision of the subject. Nothing is ticked beforehand, and to refuse is as near as to agree. */
export function OwnConsent(parts: OwnConsentParts): ReactNode {
  const text = useText();
  const { purpose, notice, consent } = parts;
  const { title, description, noticeVersion } = purpose;
  const isGranted = consent?.state === 'GRANTED';
  return (
    <Card
      title={title}
      actions={
        consent ? (
          <Badge of="ConsentState" value={consent.state} tone={STATE_TONES[consent.state]} />
        ) : (
          <span className={styles.muted}>{text('consent.undecided')}</span>
        )
      }
    >
      <div className={styles.consent}>
        {description && <p>{description}</p>}
        {notice ? (
          <details>
            <summary>{text('consent.notice')}</summary>
            <blockquote lang={notice.language}>{notice.text}</blockquote>
            <p className={styles.muted}>{text('consent.noticeVersion', { version: notice.noticeVersion })}</p>
          </details>
        ) : (
          <p className={styles.muted}>{text('consent.noNotice')}</p>
        )}
        {consent?.grantedAt && isGranted && (
          <p className={styles.muted}>
            {text('consent.since')} <Time at={consent.grantedAt} />
            {consent.expiresAt && (
              <>
                {' '}
                {text('consent.until')} <Time at={consent.expiresAt} withTime={false} />
              </>
            )}
          </p>
        )}
        {consent?.channel === 'STAFF' && <p className={styles.muted}>{text('consent.byStaff')}</p>}
        {consent?.state === 'PENDING' && <p>{text('consent.pendingHint')}</p>}
        {isGranted && noticeVersion && (consent.noticeVersion ?? 0) < noticeVersion && (
          <p>{text('consent.newer')}</p>
        )}
        <Decisions {...parts} />
      </div>
    </Card>
  );
}

function Decisions({ purpose, notice, consent, customerId }: OwnConsentParts): ReactNode {
  const text = useText();
  const [grant, isGranting] = useAction(GRANT);
  const [confirm, isConfirming] = useAction(CONFIRM);
  const [refuse, isRefusing] = useAction(REFUSE);
  const { id: purposeId, title } = purpose;
  const isBusy = isGranting || isConfirming || isRefusing;
  const subject = { purposeId, ...(customerId && { customerId }) };
  const expected = { ...(consent && { expectedVersion: consent.version }) };
  const isOnCurrent = consent?.noticeVersion === purpose.noticeVersion;
  const mayConfirm = consent?.state === 'PENDING' && isOnCurrent;
  const mayGrant = notice && !mayConfirm && !(consent?.state === 'GRANTED' && isOnCurrent);
  const isRefused = consent?.state === 'REVOKED';
  const isGranted = consent?.state === 'GRANTED';
  return (
    <div className={styles.decisions}>
      {mayConfirm && (
        <Button
          disabled={isBusy}
          aria-label={text('consent.confirmOf', { title })}
          onClick={() => void confirm({ id: consent.id, ...expected })}
        >
          {text('consent.confirm')}
        </Button>
      )}
      {mayGrant && (
        <Button
          disabled={isBusy}
          aria-label={text('consent.agreeTo', { title })}
          onClick={() => {
            const { noticeVersion, language } = notice;
            void grant({ input: { ...subject, noticeVersion, language }, ...expected });
          }}
        >
          {text('consent.agree')}
        </Button>
      )}
      {!isRefused && (
        <Button
          disabled={isBusy}
          aria-label={text(isGranted ? 'consent.revokeOf' : 'consent.refuseOf', { title })}
          onClick={() => void refuse({ input: subject, ...expected })}
        >
          {text(isGranted ? 'consent.revoke' : 'consent.refuse')}
        </Button>
      )}
    </div>
  );
}
