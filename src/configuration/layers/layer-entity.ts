import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Configuration } from '../../generated/prisma/client.ts';

/** The part of a layer that users see who may not read all of the configuration. */
export const memberView: PartialView<Configuration> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['paths', 'changes'],
};

/** The change-log entity of layers. Their settings are in ledgers, which are no entities: an image holds no value. */
export const configurationEntity: Entity<Configuration> = {
  name: 'Configuration',
  feeds: ({ tenantId }) => [tenantId ?? PLATFORM_FEED],
  views: [memberView],
};
