import { once } from 'node:events';
import net from 'node:net';

/** A port below the range from which the kernel takes the local end of outgoing connections (32768–60999 on Linux). */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * The distance between the first ports of two processes. A server takes a second to start and to listen, and meanwhile
 * neither another process nor this one may find that its port is free, so each continues from a port of its own.
 */
const STRETCH = 97;
let next = (process.pid * STRETCH) % (HIGHEST - LOWEST);

/**
 * Finds a loopback port on which no program listens and that remains free while its server restarts: the kernel could
 * give a port of its own range to any outgoing connection meanwhile. Another process may still take the port, so
 * callers try again.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + next;
    next = (next + 1) % (HIGHEST - LOWEST);
    const probe = net.createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
