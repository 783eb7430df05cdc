import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Disconnects a client that takes nothing of its answer for `ms`. Whatever the kernel takes of a large write counts, so
 * a slow link that reads without pause is alive. While the server still works on the answer, the time is not up.
 */
export function cutWhenStuck(socket: Socket, response: ServerResponse, ms: number): void {
  socket.setTimeout(ms);
  response.on('timeout', () => {
    if (response.writableLength > 0) socket.destroy();
    else socket.setTimeout(ms);
  });
}
