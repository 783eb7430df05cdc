import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { MailText } from '../../../src/core/rows/mail-text.ts';

/** The answer of a mail server to a message: none, or a code. */
type Answer = 'accept' | 'hang' | number;

/** A message that a mail server has received, whatever it has answered. */
export interface Received {
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real mail server in this process, which answers as a test says. */
export class MailServer {
  readonly received: Received[] = [];
  answer: Answer = 'accept';
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, { envelope }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const to = envelope.rcptTo.map(({ address }) => address);
          this.received.push({ to, raw: Buffer.concat(parts).toString() });
          const { answer } = this;
          if (answer === 'accept') done();
          else if (answer !== 'hang') done(Object.assign(new Error('No'), { responseCode: answer }));
        });
      },
    });
  }

  static async start(): Promise<MailServer> {
    const mailServer = new MailServer();
    mailServer.#server.listen(0, '127.0.0.1');
    await once(mailServer.#server.server, 'listening');
    return mailServer;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  /** The headers of each message with a name, e.g. `message-id`. */
  headers(name: string): string[] {
    return this.received.flatMap(({ raw }) => {
      const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
      const lines = head.split('\r\n').filter((line) => line.toLowerCase().startsWith(`${name}:`));
      return lines.map((line) => line.slice(name.length + 1).trim());
    });
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

/** The texts of the messages of the tests. */
export const helloText: MailText = {
  key: 'hello',
  subject: 'Hello {name}',
  lines: ['Dear {name},', '{link}'],
  linkPath: '/hello/{name}',
};
export const resetText: MailText = {
  key: 'reset',
  subject: 'Reset',
  lines: ['{link}'],
  linkPath: '/reset#{token}',
  needsLink: true,
};
