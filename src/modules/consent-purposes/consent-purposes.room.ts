import './consent-purposes.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './consent-purposes.access.ts';
import { consentPurposeEntity } from './consent-purposes.changes.ts';
import { demo } from './consent-purposes.demo.ts';

rooms.add({
  module: 'consents',
  entities: [consentPurposeEntity],
  permissions,
  demo,
  personal: {
    ConsentPurpose: {
      none: [
        'id',
        'tenantId',
        'key',
        'title',
        'description',
        'requiresDoubleOptIn',
        'validityDays',
        'isActive',
        'noticeVersion',
        'requiredNoticeVersion',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
