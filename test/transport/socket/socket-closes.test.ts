import { expect, test } from '@jest/globals';
import type { WebSocket } from 'ws';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { SocketCloses } from '../../../src/transport/socket/socket-closes.ts';
import { Scrape } from '../../support/scrape.ts';

type Say = (closes: SocketCloses, socket: WebSocket) => void;

test.each<[string, string, Say]>([
  ['CLIENT', 'the server had no reason', () => {}],
  ['RESTARTING', 'it stops', (closes, socket) => closes.because(socket, 'RESTARTING')],
  ['PROTOCOL', 'a message could not be read', (closes, socket) => closes.byCode(socket, 4400)],
  ['FORBIDDEN', 'the token was refused', (closes, socket) => closes.byCode(socket, 4403)],
  [
    'TOKEN_EXPIRED',
    'the token has expired, which has the same code',
    (closes, socket) => {
      closes.because(socket, 'TOKEN_EXPIRED');
      closes.byCode(socket, 4403);
    },
  ],
  [
    'TOO_SLOW',
    'it was closed as too slow, also if the server stops before it has gone',
    (closes, socket) => {
      closes.because(socket, 'TOO_SLOW');
      closes.because(socket, 'RESTARTING');
    },
  ],
])('a socket is counted once, as %s if %s', async (reason, _why, say) => {
  const metrics = createMetrics();
  const closes = new SocketCloses(metrics);
  const socket = {} as WebSocket;
  say(closes, socket);
  closes.closed(socket);
  const counts = new Scrape(await metrics.registry.metrics()).byLabel('lockstep_socket_closes_total');
  expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([[reason, 1]]);
});
