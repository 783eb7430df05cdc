// Each order of events is a line of text for the process that publishes, and each answer says when it has published:
//
//     cus_1 42 3\n          events 42, 43 and 44 of this topic, in one go
//     cus_1 42 3 1795…\n    done, at this microsecond of the monotonic clock

import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { serveParent } from '../support/serve-parent.ts';

/** Publishes `count` events of a topic from number `first` on, in one go; returns the time in microseconds. */
export type Publish = (topic: string, first: number, count: number) => number | Promise<number>;

/** The connection to a process that takes orders. */
export interface Orders {
  /** Called for each order that was carried out. */
  onPublished: (topic: string, first: number, count: number, at: number) => void;
  give(topic: string, first: number, count: number): void;
  close(): void;
}

/** Connects to a process that takes orders. */
export async function connectOrders(port: number): Promise<Orders> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const orders: Orders = {
    onPublished: () => {},
    give: (topic, first, count) => {
      // The orders of one turn leave in one write: the next event must not wait for the previous one.
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(`${topic} ${first} ${count}\n`);
    },
    close: () => socket.destroy(),
  };
  createInterface(socket).on('line', (line) => {
    const [topic = '', first, count, at] = line.split(' ');
    orders.onPublished(topic, Number(first), Number(count), Number(at));
  });
  return orders;
}

/** Takes orders on ORDERS_PORT for as long as the program lives that started this one. */
export function takeOrders(publish: Publish): void {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {}); // the program that orders may leave at any time
    createInterface(socket).on('line', async (line) => {
      const [topic = '', first, count] = line.split(' ');
      const at = await publish(topic, Number(first), Number(count));
      socket.write(`${line} ${at}\n`);
    });
  });
  server.listen(Number(process.env.ORDERS_PORT), '127.0.0.1', () => serveParent());
}
