import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { MEDIA_TYPE } from '../event-stream/event-streams.ts';

/** Sends the answer of the pipeline. Done when it is handed over; an event stream, when it has ended. */
export async function sendAnswer(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body && answer.headers.get('content-type') === MEDIA_TYPE) {
    await pipeline(answer.body, response).catch(() => {}); // the client has left
    return;
  }
  // As bytes: while it waits, a text could take twice the memory.
  response.end(Buffer.from(await answer.text()));
}
