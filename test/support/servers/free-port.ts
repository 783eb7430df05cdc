import { once } from 'node:events';
import net from 'node:net';

/** Below the range from which the kernel takes the local end of outgoing connections (32768–60999 on Linux). */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * Each process begins elsewhere and goes on from there: a server takes a second to start and to listen, and meanwhile
 * another process, or this one, must not be told that its port is free.
 */
const STRETCH = 97;
let next = (process.pid * STRETCH) % (HIGHEST - LOWEST);

/**
 * Finds a loopback port nobody listens on, which stays free while its server restarts: a port the kernel chose
 * could be given to any outgoing connection meanwhile. Another process may still take it, so callers try again.
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
