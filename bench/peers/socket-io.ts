// Socket.IO 4 with rooms and its Redis adapter, as the adapter's README shows.

import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { takeOrders } from '../fan-out/orders.ts';
import { microseconds } from '../support/microseconds.ts';
import { customerUpdated } from './event.ts';

const { PORT, REDIS_URL = '' } = process.env;
const publisher = new Redis(REDIS_URL);

const server = createServer();
const io = new Server(server, { adapter: createAdapter(publisher, publisher.duplicate()) });
io.on('connection', (socket) => socket.join(socket.handshake.auth.topic));
server.listen(Number(PORT), '127.0.0.1');

takeOrders((topic, first, count) => {
  const at = microseconds();
  for (let sequence = first; sequence < first + count; sequence += 1) {
    io.to(topic).emit('customerUpdated', customerUpdated(topic, sequence));
  }
  return at;
});
