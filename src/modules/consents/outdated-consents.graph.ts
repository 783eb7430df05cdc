import { staffMay } from '../../core/rights/rules.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { rowLoader } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';

interface OutdatedCount {
  readonly id: string;
  readonly count: number;
}

/** Counts the consents of purposes that wait for their renewal; a purpose without any is not in the result. */
function outdatedCountsOf(db: PrismaClient, purposeIds: string[]): Promise<OutdatedCount[]> {
  return db.$queryRaw<OutdatedCount[]>`
    SELECT purpose.id, count(*)::int AS count FROM consent_purpose AS purpose
    JOIN consent ON consent.purpose_id = purpose.id
    WHERE purpose.id = ANY(${purposeIds}::uuid[]) AND consent.state = 'GRANTED'
      AND consent.notice_version < purpose.required_notice_version
    GROUP BY purpose.id`;
}

/** Every viewer for whom the rule of the field holds may count the consents. */
const outdatedCountOfId = rowLoader<OutdatedCount>({ find: outdatedCountsOf, visibleTo: () => ({}) });

builder.prismaObjectField('ConsentPurpose', 'outdatedConsentCount', (t) =>
  t.int({
    nullable: true,
    rule: staffMay('consents:read'),
    columns: [],
    description:
      'The consents that are still GRANTED on a version before `requiredNoticeVersion`: the server turns them PENDING, a few at a time, each with its own event. In an event: at the time of delivery. Null if the viewer is not staff that may read consents.',
    resolve: async ({ id }, _args, ctx) => (await outdatedCountOfId(ctx, id))?.count ?? 0,
  }),
);
