// `ws` and Redis, the least that is possible: one serialised message for every client, and a channel for each topic.

import { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { takeOrders } from '../fan-out/orders.ts';
import { microseconds } from '../support/microseconds.ts';
import { customerUpdated } from './event.ts';

const { PORT, REDIS_URL = '' } = process.env;
const [publisher, subscriber] = [new Redis(REDIS_URL), new Redis(REDIS_URL)];
const rooms = new Map<string, Set<WebSocket>>();

new WebSocketServer({ host: '127.0.0.1', port: Number(PORT) }).on('connection', (socket, { url = '' }) => {
  const topic = new URL(url, 'http://localhost').searchParams.get('topic') ?? '';
  const room = rooms.get(topic) ?? new Set();
  if (room.size === 0) subscriber.subscribe(topic);
  rooms.set(topic, room.add(socket));
  socket.on('error', () => {}).on('close', () => room.delete(socket));
});

subscriber.on('messageBuffer', (topic: Buffer, message: Buffer) => {
  for (const socket of rooms.get(topic.toString()) ?? []) socket.send(message, { binary: false });
});

takeOrders((topic, first, count) => {
  const at = microseconds();
  for (let sequence = first; sequence < first + count; sequence += 1) {
    const event = customerUpdated(topic, sequence);
    publisher.publish(topic, JSON.stringify({ event: 'customerUpdated', data: event }));
  }
  return at;
});
