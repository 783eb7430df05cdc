import './consent-receipts.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './consent-receipts.access.ts';

rooms.add({
  module: 'consents',
  permissions,
  personal: {
    ReceiptKey: { none: ['id', 'publicKey', 'sealedPrivateKey', 'signsFrom', 'createdAt'] },
  },
});
