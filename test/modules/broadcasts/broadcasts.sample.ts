import { freshNumber } from '../../support/fresh-numbers.ts';
import { mutate } from '../../support/mutate.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';

const LATER = 'days from now';

/** A time at which a broadcast can end: some days ahead, another one each time. */
function someDaysAhead(): string {
  const days = 1 + (freshNumber(LATER) % 80);
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Each kind of audience within a tenant in turn. */
function anAudience({ ids }: Pick<Place, 'ids'>): object {
  const audiences = [
    { kind: 'TENANT', tenantId: ids.Tenant },
    { kind: 'CUSTOMER', customerId: ids.Customer },
    { kind: 'ROLE', role: 'OWNER', tenantId: ids.Tenant },
    { kind: 'USER', userId: ids.User },
  ];
  return audiences[freshNumber('audience') % audiences.length] as object;
}

const sent = (audience: object, message: string) => ({
  input: {
    ...{ audience, message, severity: 'WARNING', needsAcknowledgement: true },
    expiresAt: someDaysAhead(),
  },
});

/** Acknowledges a broadcast to the user of the platform alone. */
async function acknowledged(root: Parameters<typeof mutate>[0]): Promise<string> {
  const { viewer } = await root.ask('{ viewer { id } }');
  const { broadcastId: id } = await mutate(
    root,
    'broadcastSend',
    sent({ kind: 'USER', userId: viewer.id }, 'To acknowledge'),
    'broadcastId',
  );
  const answer = await mutate(root, 'broadcastAcknowledge', { id }, 'broadcastAcknowledgementId');
  return answer.broadcastAcknowledgementId;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Broadcast',
      needs: ['Tenant', 'Customer', 'User'],
      create: (place) => ['broadcastSend', sent(anAudience(place), place.text())],
    },
    {
      type: 'BroadcastAcknowledgement',
      needs: ['Broadcast'],
      find: (_place, root) => acknowledged(root),
    },
  ],
  bounded: { 'BroadcastPreview.userErrors': 'at most 100 faults of an input' },
  async story(stage) {
    const { person } = await aMember(stage, 'OWNER');
    const audience = { kind: 'TENANT', tenantId: stage.ids.Tenant };
    const { broadcastId: id } = await stage.run(
      'broadcastSend',
      sent(audience, stage.text()),
      stage.root,
      'broadcastId',
    );
    await stage.run('broadcastAcknowledge', { id }, person);
    await stage.run('broadcastWithdraw', { id });
  },
  randomWrites: {},
  fleeting: {
    'BroadcastFilter.organizationId': 'a broadcast to an organization is none of one tenant',
    'BroadcastFilter.endedAt': 'a broadcast that is running has none',
  },
};
