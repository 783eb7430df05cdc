import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Question } from './question.ts';

/** A subscription that collects what it receives. */
export interface OpenQuestion {
  readonly question: Question;
  /** Everything that was received so far. */
  received(): string;
  close(): Promise<void>;
}

/** Sends a query or a mutation and returns everything that its client received. */
export async function ask(url: string, question: Question): Promise<string> {
  if (question.transport !== 'WS') return (await send(url, question)).text();
  const { iterate, dispose } = socketClient(url, question);
  const results: string[] = [];
  try {
    for await (const result of iterate(operationOf(question))) results.push(JSON.stringify(result));
  } catch (error) {
    results.push(JSON.stringify(error));
  }
  await dispose();
  return results.join('\n');
}

/** Opens a subscription. It is never opened again: what ends it is part of what was received. */
export function open(url: string, question: Question): OpenQuestion {
  return question.transport === 'WS' ? openSocket(url, question) : openEventStream(url, question);
}

function openSocket(url: string, question: Question): OpenQuestion {
  const results: string[] = [];
  const keep = (result: unknown) => results.push(JSON.stringify(result));
  const client = socketClient(url, question);
  client.subscribe(operationOf(question), { next: keep, error: keep, complete: () => {} });
  return { question, received: () => results.join('\n'), close: async () => client.dispose() };
}

function openEventStream(url: string, question: Question): OpenQuestion {
  const abort = new AbortController();
  let text = '';
  const read = async () => {
    const { body } = await send(url, question, abort.signal);
    const decoder = new TextDecoder();
    for await (const bytes of body ?? []) text += decoder.decode(bytes, { stream: true });
  };
  const ended = read().catch(() => {});
  return {
    question,
    received: () => text,
    async close() {
      abort.abort();
      await ended;
    },
  };
}

function operationOf({ document, variables }: Question) {
  return { query: document, variables };
}

function socketClient(url: string, { asker }: Question) {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${asker.walker.person.token}` },
    retryAttempts: 0,
  });
}

function send(url: string, question: Question, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${question.asker.walker.person.token}`,
      ...(question.transport === 'SSE' && { accept: 'text/event-stream' }),
    },
    body: JSON.stringify(operationOf(question)),
    signal,
  });
}
