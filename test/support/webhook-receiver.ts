import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A request that a receiver has had. */
export interface Received {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly raw: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever their own document selected
  readonly body: any;
}

type Answer = (request: Received, response: ServerResponse) => void;

const accept: Answer = (_request, response) => void response.writeHead(204).end();

/** An endpoint of webhooks, in the process of the test. It accepts everything until a test sets another answer. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: Answer = accept;
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Accepts everything from now on. */
  accept(): void {
    this.answer = accept;
  }

  /** Answers with a status from now on. */
  refuse(status: number, headers: Record<string, string> = {}): void {
    this.answer = (_request, response) => void response.writeHead(status, headers).end('no');
  }

  /** Waits until a test holds for what was received, and gives that; fails after a while. */
  async until(isEnough: (received: readonly Received[]) => boolean): Promise<readonly Received[]> {
    const deadline = AbortSignal.timeout(60_000);
    while (!isEnough(this.received)) {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push(resolve);
        deadline.addEventListener(
          'abort',
          () => reject(new Error(`only ${this.received.length} requests came`)),
          { once: true },
        );
      });
    }
    return this.received;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    const received = { id: `${headers['webhook-id']}`, headers, raw, body: JSON.parse(raw) };
    this.received.push(received);
    this.answer(received, response);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Tells whether a request is signed with a secret, as the library of receivers does. */
export function isSigned({ raw, headers }: Received, secret: string): boolean {
  try {
    new Webhook(secret).verify(raw, headers);
    return true;
  } catch {
    return false;
  }
}
