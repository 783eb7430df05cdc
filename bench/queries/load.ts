import { Agent, request } from 'node:http';
import type { Contestant } from './contestant.ts';
import type { Question } from './questions.ts';

/** The customers that requests are about, the number of connections, and the time. */
interface LoadOptions {
  readonly customers: readonly string[];
  readonly connections: number;
  readonly sliceMs: number;
}

/** One connection, and the token of its client. */
interface Line {
  readonly agent: Agent;
  readonly token: string | undefined;
}

/**
 * Keeps one request in flight on each of some new connections for a time, and returns the number of answers; throws for a
 * wrong one.
 */
export async function load(
  { port, language, tokens }: Contestant,
  question: Question,
  { customers, connections, sliceMs }: LoadOptions,
): Promise<number> {
  const query = question.documents[language];
  const endsAt = performance.now() + sliceMs;
  let count = 0;
  const work = async (_: unknown, at: number): Promise<void> => {
    const line: Line = {
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
      token: tokens[at % tokens.length],
    };
    while (performance.now() < endsAt) {
      count += 1;
      const customerId = customers[count % customers.length] ?? '';
      const variables = question.variables(customerId, count)[language];
      requireRows(await post(port, line, JSON.stringify({ query, variables })), question);
    }
    line.agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return count;
}

function requireRows(answer: string, { name, rows }: Question): void {
  const found = answer.split('"id":').length - 1;
  if (found !== rows) throw new Error(`${name}: ${found} rows instead of ${rows}: ${answer.slice(0, 500)}`);
}

function post(port: number, { agent, token }: Line, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
