import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AttachmentDownloads } from '../../../src/modules/attachments/attachment-downloads.ts';
import type { AttachmentUploads } from '../../../src/modules/attachments/attachment-uploads.ts';
import { UPLOAD, UploadRefused } from '../../../src/modules/attachments/upload-refused.ts';
import { attachmentRoute } from '../../../src/transport/attachments/attachment-route.ts';
import type { SignIn } from '../../../src/transport/exports/sign-in.ts';
import { exportRoute } from '../../../src/transport/http/export-route.ts';
import { LinkRate } from '../../../src/transport/http/link-rate.ts';
import { Attempts } from '../../../src/transport/pipeline/attempts.ts';

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
const BURST = 3;

/** The users whose rights were read. */
const read: string[] = [];
let routes: Readonly<Record<string, Route>>;

/** Opens links without a database: the token is the user, whose rights do not suffice. */
async function open(token: string, admit: (userId: string) => void): Promise<null> {
  if (token === 'none') return null;
  admit(token);
  read.push(token);
  return null;
}

beforeEach(() => {
  read.length = 0;
  // Nothing comes back during a test.
  const attempts = new Attempts({ perSecond: 0.001, burst: BURST });
  const linkRate = new LinkRate({ attempts, requestsPerSecond: 1, trustedProxies: 0 });
  const downloads = {
    open: async (token: string, _ip: string | null, admit: (userId: string) => void) => {
      await open(token, admit);
      throw new UploadRefused(404, UPLOAD.NO_SUCH_FILE());
    },
  } as unknown as AttachmentDownloads;
  const signIn = (() => {}) as unknown as SignIn;
  routes = {
    '/exports/person': exportRoute({ open }, linkRate),
    '/attachments': attachmentRoute({
      uploads: {} as AttachmentUploads,
      downloads,
      signIn,
      linkRate,
      trustedProxies: 0,
    }),
  };
});

const server = createServer(
  (request, response) => void routes[request.url?.split('?')[0] ?? '']?.(request, response),
);
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test.each(['/exports/person', '/attachments'])(
  'X: requests of %s by links count for their network, and those with a good link for its user, before rights are read',
  async (path) => {
    const ask = async (token: string) => {
      const answer = await fetch(`${url}${path}?token=${token}`);
      const { errors } = (await answer.json()) as { errors: { extensions: { rule: string } }[] };
      return `${answer.status} ${answer.status === 429 ? errors[0]?.extensions.rule : ''}`.trim();
    };
    const asked = async (...tokens: string[]) => {
      const answers: string[] = [];
      for (const token of tokens) answers.push(await ask(token));
      return answers;
    };
    const tooMany = '429 TOO_MANY_REQUESTS';
    expect(await asked('ada', 'ada', 'ada', 'ada')).toEqual(['404', '404', '404', tooMany]);
    expect(read).toEqual(['ada', 'ada', 'ada']);
    expect(await asked('bob', 'none', 'none', 'none')).toEqual(['404', '404', '404', '404']);
    expect(await asked('none', 'bob')).toEqual([tooMany, tooMany]);
    expect(read).toEqual(['ada', 'ada', 'ada', 'bob']);
  },
);
