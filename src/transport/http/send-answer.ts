import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { MEDIA_TYPE } from '../event-stream/event-streams.ts';
import type { UnsentAnswer, UnsentAnswers } from '../unsent-answers.ts';
import { compressAnswer } from './compress-answer.ts';

/**
 * Sends the answer of the pipeline, compressed if it is large and no stream. Done when it is handed over; an event stream,
 * when it has ended.
 */
export async function sendAnswer(answer: Response, response: ServerResponse): Promise<void> {
  if (answer.body && answer.headers.get('content-type') === MEDIA_TYPE) {
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    await pipeline(answer.body, response).catch(() => {}); // the client has left
    return;
  }
  // As bytes: while it waits, a text could take twice the memory.
  const body = await compressAnswer(Buffer.from(await answer.text()), response);
  const headers = { ...Object.fromEntries(answer.headers), 'content-length': body.byteLength };
  response.writeHead(answer.status, headers).end(body);
}

/** Counts an answer that has ended until all of it is sent. */
export function countUnsent(response: ServerResponse, unsent: UnsentAnswers, network: string): void {
  // The socket of the request, because an answer that waits for another one on its connection has no socket yet.
  const { socket } = response.req;
  if (response.writableLength === 0 || socket.destroyed) return;
  const answer: UnsentAnswer = {
    get bytes() {
      return response.writableLength;
    },
    cut: () => socket.destroy(),
  };
  response.once('close', unsent.add(answer, network));
}
