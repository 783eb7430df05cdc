import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { aPayment, type Homes, someHomes } from '../support/homes.ts';
import { untilMailed } from '../support/kept-mail.ts';
import { mutate } from '../support/mutate.ts';
import { inboxOf, openedIncident, untilInbox } from '../support/notified.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { isSigned, type Received, WebhookReceiver } from '../support/webhook-receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const receiver = await WebhookReceiver.start();
const { installation, acme, ada, sam } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' } },
  { GATEWAY_URL: receiver.url, GATEWAY_SECRET: SECRET },
);

let homes: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
});

afterEach(() => {
  receiver.received.length = 0;
  receiver.accept();
});

afterAll(() => receiver.stop());

const prefer = (who: Person, preferences: object) =>
  mutate(who, 'notificationPreferencesUpdate', { input: { scope: 'USER', ...preferences } });
const addressOf = ({ body }: Received) => body.data.email;

test('64: what is critical goes to the gateway once, signed, for all channels that its user wants beside e-mails', async () => {
  await prefer(ada, { incidentChannels: ['EMAIL', 'SMS', 'PUSH'] });
  await prefer(sam, { incidentChannels: ['SMS'] });
  await openedIncident(ada, 'Lift stuck');
  const calls = await receiver.until(({ length }) => length >= 2);
  const [toAda, toSam] = [ada, sam].map(({ email }) => calls.find((call) => addressOf(call) === email));
  expect(toSam?.body).toEqual({
    type: 'notification',
    data: {
      userId: sam.userId,
      email: sam.email,
      channels: ['SMS'],
      kind: 'incidentOpened',
      severity: 'CRITICAL',
      text: 'Incident: Lift stuck. Impact: MAJOR.',
      link: expect.stringMatching(`^${installation.app.url}/notifications/`),
    },
  });
  expect(toAda?.body.data.channels.toSorted()).toEqual(['PUSH', 'SMS']);
  for (const call of calls) {
    expect(isSigned(call, SECRET)).toBe(true);
    expect(isSigned({ ...call, raw: call.raw.replace('Lift', 'Loft') }, SECRET)).toBe(false);
  }
  // Each of the others wants e-mails alone, and has been sent one.
  for (const { email } of [homes.owner, ...homes.units.map(({ resident }) => resident)]) {
    await untilMailed(installation.root, email, 'notification');
  }
  await untilMailed(installation.root, sam.email, 'notificationByGateway');
  expect(receiver.received.map(addressOf).toSorted()).toEqual([ada.email, sam.email].toSorted());
});

test('64: what is not critical is no text message, unless the user wants it immediately', async () => {
  await prefer(homes.owner, { digest: 'IMMEDIATELY', paymentChannels: ['PUSH'] });
  await prefer(ada, { paymentChannels: ['PUSH', 'EMAIL'] });
  await aPayment(homes.owner, { unitId: homes.units[0].id, status: 'FAILED' });
  await untilInbox(ada, (told) => told.some(({ messageKey }) => messageKey === 'paymentFailed'));
  await receiver.until(({ length }) => length >= 1);
  await untilMailed(installation.root, homes.owner.email, 'notificationByGateway');
  expect(receiver.received.map(addressOf)).toEqual([homes.owner.email]);
});

test('64: a message that the gateway did not take is dropped if its user has read the notification meanwhile', async () => {
  receiver.refuse(503);
  await openedIncident(ada, 'Door stuck');
  const [failed] = await receiver.until((all) => all.some((call) => addressOf(call) === sam.email));
  expect(failed).toBeDefined();
  const { told } = await inboxOf(sam);
  await mutate(sam, 'notificationMarkRead', { id: told[0]?.id });
  await mutate(ada, 'notificationsMarkAllRead', {});
  receiver.accept();
  const kept = await untilMailed(installation.root, sam.email, 'notificationByGateway', 2);
  expect(kept[0]).toMatchObject({ status: 'DROPPED' });
});
