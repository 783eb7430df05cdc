import { graphql } from '../gql/gql.ts';
import type { ConsentRowFragment, NoticeRowFragment, PurposeRowFragment } from '../gql/graphql.ts';

/** The decision of a subject about a purpose. */
export const CONSENT_ROW = graphql(`
  fragment ConsentRow on Consent {
    id
    version
    purposeId
    customerId
    memberId
    state
    channel
    noticeVersion
    grantedAt
    expiresAt
    updatedAt
    customer { id company }
    purpose { id title }
  }
`);

export type ConsentRow = ConsentRowFragment;

/** What data is used for. */
export const PURPOSE_ROW = graphql(`
  fragment PurposeRow on ConsentPurpose {
    id
    version
    title
    description
    noticeVersion
    isActive
  }
`);

export type PurposeRow = PurposeRowFragment;

/** The text that a subject agrees to. */
export const NOTICE_ROW = graphql(`
  fragment NoticeRow on ConsentNotice { id version purposeId noticeVersion language text }
`);

export type NoticeRow = NoticeRowFragment;

export const BY_TITLE = {
  filter: { isActive: { equals: true } },
  orderBy: [{ field: 'title' as const }],
};

/** The tones of the states of a consent. The text says the same without the colour. */
export const STATE_TONES = { GRANTED: 'good', PENDING: 'warn', REVOKED: 'bad', EXPIRED: 'plain' } as const;

/** The notice of the current version of a purpose, in English if there is one in it, else in the first language. */
export function currentNotice(
  { id, noticeVersion }: PurposeRow,
  notices: readonly NoticeRow[],
): NoticeRow | undefined {
  const current = notices.filter((one) => one.purposeId === id && one.noticeVersion === noticeVersion);
  const inOrder = current.toSorted((one, other) => one.language.localeCompare(other.language));
  return inOrder.find(({ language }) => language === 'en') ?? inOrder[0];
}
