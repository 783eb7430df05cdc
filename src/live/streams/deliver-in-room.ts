import type { Payload, Sink } from './payload.ts';

/**
 * Delivers a payload as soon as the sink has room, and waits until there is room for the next one. While it waits it
 * keeps no payload: many subscriptions of one socket may wait together, and each asks for its payload again, under the
 * rights of that moment. Returns null if there is no payload to deliver any more, or the client has left.
 */
export async function deliverInRoom(
  sink: Sink,
  signal: AbortSignal,
  render: () => Promise<Payload | null>,
): Promise<Payload | null> {
  for (;;) {
    const payload = await render();
    if (!payload || signal.aborted) return null;
    if (sink.hasRoomFor(payload.bytes.length)) {
      const room = sink.deliver(payload);
      if (room) await room;
      return payload;
    }
    await sink.room();
  }
}
