import { useLiveList } from '@lockstep/client/react';
import type { ReactNode } from 'react';
import { useText } from '../app/texts.ts';
import { useViewer } from '../app/viewer.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import styles from './consent.module.css';
import { BY_TITLE, CONSENT_ROW, currentNotice, NOTICE_ROW, PURPOSE_ROW } from './consent-rows.ts';
import { OwnConsent } from './own-consent.tsx';

/** The purposes that the viewer is asked for, each with the decision: one's own and, for owners, that of their customer. */
export function OwnConsentsPage(): ReactNode {
  const text = useText();
  const { id: viewerId, role, customer } = useViewer();
  const purposes = useLiveList(PURPOSE_ROW, BY_TITLE);
  const notices = useLiveList(NOTICE_ROW);
  const consents = useLiveList(CONSENT_ROW);
  const lists = [purposes, notices, consents];
  const refused = lists.find(({ status, error }) => status === 'ended' && error)?.error;
  const isLoading = lists.some(({ status }) => status === 'loading' || status === 'idle');
  const subjects = [
    { memberId: viewerId, customerId: null, title: text('consent.forYou') },
    ...(role === 'OWNER' && customer
      ? [{ memberId: null, customerId: customer.id, title: text('consent.forCustomer') }]
      : []),
  ];
  return (
    <Page title={text('menu.ownConsents')} lead={text('consent.ownLead')}>
      {refused && <Failed error={refused} />}
      {!refused && isLoading && <Loading />}
      {!refused && !isLoading && purposes.rows.length === 0 && (
        <Empty title="consent.none" hint="consent.noneHint" />
      )}
      {!refused &&
        !isLoading &&
        purposes.rows.length > 0 &&
        subjects.map(({ memberId, customerId, title }) => (
          <section key={title} aria-label={title} className={styles.subject}>
            <h2>{title}</h2>
            {purposes.rows.map((purpose) => (
              <OwnConsent
                key={purpose.id}
                purpose={purpose}
                notice={currentNotice(purpose, notices.rows)}
                consent={consents.rows.find(
                  (one) => one.purposeId === purpose.id && (one.memberId ?? null) === memberId,
                )}
                customerId={customerId}
              />
            ))}
          </section>
        ))}
    </Page>
  );
}
