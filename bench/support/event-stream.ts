import type { OpenStream, StreamRequest, StreamResult } from './stream.ts';

/** Subscribes by server-sent events, in the protocol's "distinct connections" mode; it resumes with `Last-Event-ID`. */
export const openEventStream: OpenStream = (request, onResult) => {
  const abort = new AbortController();
  // However it ends, the client resumes: a stream that was cut rejects, as one that was refused.
  const ended = read(request, abort.signal, onResult)
    .catch(() => {})
    .then(() => null);
  return { ended, cut: () => abort.abort() };
};

async function read<Data>(
  { url, token, query, variables, cursor }: StreamRequest,
  signal: AbortSignal,
  onResult: (result: StreamResult<Data>) => void,
): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'last-event-id': cursor,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  if (!response.body) return;
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) deliver(event, onResult);
  }
}

/** The client remembers the event's `id:`, as a browser would. */
function deliver<Data>(event: string, onResult: (result: StreamResult<Data>) => void): void {
  const fields = new Map(event.split('\n').map((line) => splitField(line)));
  if (fields.get('event') !== 'next') return;
  const result = JSON.parse(fields.get('data') ?? '') as StreamResult<Data>;
  const cursor = fields.get('id');
  onResult({ ...result, extensions: cursor === undefined ? {} : { cursor } });
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 2)];
}
