import { once } from 'node:events';
import net from 'node:net';
import { PATIENCE_MS, within } from './patience.ts';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** The headers by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Opens a plain connection to a server. */
export async function connectTo(url: string): Promise<net.Socket> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends lines as they are, in one write, and returns what the server answers until it closes the connection. */
export async function rawRequest(url: string, lines: readonly string[], body = ''): Promise<RawAnswer> {
  const socket = await connectTo(url);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = once(socket, 'close');
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  await within(PATIENCE_MS, () => `the answer to ${lines[0]} did not end`, closed);
  return toAnswer(Buffer.concat(chunks).toString());
}

/** The rule of the refusal that an answer consists of. */
export function ruleOf({ body }: Pick<RawAnswer, 'body'>): string {
  return JSON.parse(body).errors[0].extensions.rule;
}

function toAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...headers] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers.map(nameAndValue)),
    body: rest.join('\r\n\r\n'),
  };
}

function nameAndValue(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
