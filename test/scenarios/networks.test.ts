import { expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Answer } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const HERE = '192.0.2.1';
const THERE = '198.51.100.7';
const LIMIT = 2;
/** The number of failed sign-ins that a network may have. */
const FAILURES = 50;

const WRONG =
  'mutation ($email: String!) { signIn(input: { email: $email, password: "not-the-password" }) { userErrors { code } } }';
const TOO_MANY = `closed 1013 At most ${LIMIT} sockets of one network without a user (WS_MAX_ANONYMOUS_SOCKETS)`;

const { installation, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  {
    TRUSTED_PROXIES: '1',
    WS_MAX_ANONYMOUS_SOCKETS: String(LIMIT),
  },
);
const { url } = installation.app;

async function signInWrongly(from: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ query: WRONG, variables: { email: `${crypto.randomUUID()}@lockstep.test` } }),
  });
  const { data, errors } = (await response.json()) as Answer;
  return errors?.[0]?.extensions.code ?? data.signIn.userErrors[0].code;
}

/** Opens a socket from a network, as a proxy names it. Gives the socket, and its first message or its close. */
async function socket(from: string, payload: object = {}): Promise<{ first: string; socket: WebSocket }> {
  const headers = { 'x-forwarded-for': from };
  const opened = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  opened.on('open', () => opened.send(JSON.stringify({ type: 'connection_init', payload })));
  const first = await new Promise<string>((resolve) => {
    opened.on('message', (data) => resolve(JSON.parse(data.toString()).type));
    opened.on('close', (code, reason) => resolve(`closed ${code} ${reason}`));
  });
  return { first, socket: opened };
}

test('failed sign-ins through a proxy lock out the network that the proxy names, and no other', async () => {
  const answers = [];
  // The leftmost address is a claim of the client.
  while (answers.length <= FAILURES) answers.push(await signInWrongly(`${THERE}, ${HERE}`));
  expect([new Set(answers.slice(0, FAILURES)), answers.at(-1), await signInWrongly(THERE)]).toEqual([
    new Set(['INVALID_INPUT']),
    'RATE_LIMITED',
    'INVALID_INPUT',
  ]);
});

test('anonymous sockets of a network are limited, signing in or leaving makes room, and each network has its own limit', async () => {
  const open = [await socket(HERE), await socket(HERE)];
  const refused = await socket(HERE);
  const elsewhere = await socket(THERE);
  const signedIn = await socket(HERE, { authorization: `Bearer ${ada.token}` });
  expect([...open, refused, elsewhere, signedIn].map(({ first }) => first)).toEqual([
    'connection_ack',
    'connection_ack',
    TOO_MANY,
    'connection_ack',
    'connection_ack',
  ]);

  const extensions = { headers: { authorization: `Bearer ${ada.token}` } };
  const payload = { query: '{ viewer { id } }', extensions };
  open[0]?.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  open[1]?.socket.close();
  const found = [];
  while (found.length < LIMIT) {
    // The server may notice both a moment later.
    const next = await socket(HERE);
    if (next.first === 'connection_ack') found.push(next);
  }
  expect((await socket(HERE)).first).toBe(TOO_MANY);
  for (const one of [...open, ...found, elsewhere, signedIn]) one.socket.terminate();
});

test('sockets that never send connection_init are bounded, and keep no client of their network away', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.5' };
  const silent = () =>
    new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const closed: string[] = [];
  const sockets = Array.from({ length: 20 }, silent);
  const excess = new Promise<void>((resolve) => {
    for (const opened of sockets) {
      opened.on('close', (code, reason) => {
        closed.push(`closed ${code} ${reason}`);
        if (closed.length === sockets.length - LIMIT) resolve();
      });
    }
  });
  await excess;
  expect(new Set(closed)).toEqual(new Set([TOO_MANY]));
  const signedIn = await socket('203.0.113.5', { authorization: `Bearer ${ada.token}` });
  expect(signedIn.first).toBe('connection_ack');
  expect(closed.length).toBeLessThan(sockets.length);
  for (const one of [...sockets, signedIn.socket]) one.terminate();
});
