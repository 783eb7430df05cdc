import { isCustomerRole } from '../../../src/core/rights/viewer.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** The first word of the name of an attachment of the staff. */
const INTERNAL = 'Inside';
const DIGEST = 'ab'.repeat(32);

const onRequest = ({ ids, customerText }: Pick<Place, 'ids' | 'customerText'>) => ({
  maintenanceRequestId: ids.MaintenanceRequest,
  name: `${customerText()}.txt`,
  sizeBytes: 3,
});

/** Uploads a file of three bytes, as a client does. */
async function upload(url: string, token: string | null, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(`${url}/attachments?id=${id}`, { method: 'PUT', headers, body: 'abc' });
  if (status !== 201) throw new Error(`The upload was refused with ${status}.`);
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Attachment',
      needs: ['MaintenanceRequest'],
      create: (place) => ['attachmentCreate', { input: onRequest(place) }],
      remove: 'attachmentDelete',
    },
  ],
  async story({ run, ids, root, url, text, customerText, another }) {
    const messageId = await another('Message');
    const inputs = [
      { messageId, name: `${customerText()}.txt`, sizeBytes: 3 },
      { incidentId: ids.Incident, name: `${INTERNAL}-${text()}`, sizeBytes: 3, isInternal: true },
      { customerId: ids.Customer, name: customerText(), sizeBytes: 3, sha256: DIGEST },
    ];
    for (const input of inputs) {
      const { attachmentId } = await run('attachmentCreate', { input }, root, 'attachmentId');
      if ('sha256' in input) continue;
      await upload(url, root.token, attachmentId);
      await run('attachmentLinkCreate', { id: attachmentId });
    }
  },
  guarded: [{ text: INTERNAL, isSeenBy: ({ role }) => !isCustomerRole(role) }],
};
