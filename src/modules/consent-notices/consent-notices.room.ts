import './consent-notices.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { consentNoticeEntity } from './consent-notices.changes.ts';
import { demo } from './consent-notices.demo.ts';

rooms.add({
  module: 'consents',
  entities: [consentNoticeEntity],
  demo,
  personal: {
    ConsentNotice: {
      none: [
        'id',
        'tenantId',
        'purposeId',
        'noticeVersion',
        'language',
        'text',
        'sha256',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
