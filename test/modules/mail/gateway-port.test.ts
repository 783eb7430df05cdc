import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayPort } from '../../../src/modules/mail/gateway-port.ts';
import { isSigned, WebhookReceiver } from '../../support/webhook-receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const MESSAGE = {
  id: '0193d3a0-0000-7000-8000-000000000001',
  messageId: '<0193d3a0@product.test>',
  to: 'ana@example.com',
  userId: null,
  params: { text: 'Ünïcode \u2028 🚪', kind: 'incidentOpened', severity: 'CRITICAL', channels: 'SMS' },
  subject: '',
  text: '',
  link: null,
};

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(() => receiver.stop());

test('a message is signed for each try, under the same id', async () => {
  const port = gatewayPort(receiver.url, SECRET);
  expect(await port.send(MESSAGE)).toEqual({ status: 'SENT' });
  expect(await port.send(MESSAGE)).toEqual({ status: 'SENT' });
  expect(receiver.received.map(({ id }) => id)).toEqual([MESSAGE.id, MESSAGE.id]);
  expect(receiver.received.every((call) => isSigned(call, SECRET))).toBe(true);
  expect(receiver.received[0]?.body.data).toMatchObject({ text: MESSAGE.params.text, channels: ['SMS'] });
});

test.each([
  [400, 'REFUSED'],
  [413, 'REFUSED'],
  [422, 'REFUSED'],
  [302, 'FAILED'],
  [401, 'FAILED'],
  [404, 'FAILED'],
  [429, 'FAILED'],
  [500, 'FAILED'],
])('an answer %i leaves the message %s', async (code, status) => {
  receiver.refuse(code, { location: `${receiver.url}/elsewhere` });
  expect(await gatewayPort(receiver.url, SECRET).send(MESSAGE)).toEqual({ status, answer: String(code) });
  expect(receiver.received).toHaveLength(1);
});

test('a gateway that does not answer ends the try at its limit', async () => {
  receiver.answer = () => {};
  expect(await gatewayPort(receiver.url, SECRET, 200).send(MESSAGE)).toEqual({
    status: 'FAILED',
    answer: 'ETIMEDOUT',
  });
});

test('a gateway that is not there fails the try, and its address is not repeated', async () => {
  const { url } = receiver;
  await receiver.stop();
  receiver = await WebhookReceiver.start();
  expect(await gatewayPort(url, SECRET).send(MESSAGE)).toEqual({ status: 'FAILED', answer: 'not reached' });
});

test('an answer without end is not read', async () => {
  receiver.answer = (_call, response) => {
    response.writeHead(200);
    response.write('begun');
  };
  expect(await gatewayPort(receiver.url, SECRET).send(MESSAGE)).toEqual({ status: 'SENT' });
});
