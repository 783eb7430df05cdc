import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Negotiator from 'negotiator';
import { isKnown } from './known-etag.ts';
import { sendBody } from './plain-answer.ts';

/** The folder into which `npm run console` builds, seen from here in the sources and when compiled alike. */
const BUILT = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** A name in the folder, or in the one for assets: letters, digits, `-`, `_` and single dots, none of them at the beginning. */
const NAME = /^(?:assets\/)?[\w-]+(?:\.[\w-]+)+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** The name of a compressed copy ends so. */
const ENCODINGS: Readonly<Record<string, string>> = { br: '.br', gzip: '.gz' };

/** The names below this have a hash of the content, so what a browser has of them never changes. */
const HASHED = 'assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * The files that a build has written.
 *
 * - Names have a form that leads to no other folder, and only types that pages need are served.
 * - They are read at each request: a server that shows no page holds none in memory, and a new build is served without
 *   a restart.
 */
export class BuiltFiles {
  readonly #folder: string;

  constructor(folder: string = BUILT) {
    this.#folder = folder;
  }

  /** Whether a request can be answered with a file of this name; compressed copies have no name of their own. */
  has(name: string): boolean {
    return NAME.test(name) && path.extname(name) in TYPES && existsSync(this.#pathOf(name));
  }

  /** Sends a file that is there, compressed as the client accepts it, or only that it has not changed. */
  async send(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    headers: OutgoingHttpHeaders = {},
  ): Promise<void> {
    const encoding = this.#encodingFor(name, request);
    const body = await readFile(this.#pathOf(`${name}${ENCODINGS[encoding] ?? ''}`));
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const always = {
      vary: 'Accept-Encoding',
      ...headers,
      etag,
      'cache-control': name.startsWith(HASHED) ? FOR_EVER : 'no-cache',
    };
    if (isKnown(request.headers['if-none-match'], etag)) {
      response.writeHead(304, always).end();
      return;
    }
    const type = { 'content-type': TYPES[path.extname(name)] };
    const encoded = encoding in ENCODINGS && { 'content-encoding': encoding };
    sendBody(response, 200, { ...always, ...type, ...encoded }, body);
  }

  #encodingFor(name: string, request: IncomingMessage): string {
    const there = Object.keys(ENCODINGS).filter((one) =>
      existsSync(this.#pathOf(`${name}${ENCODINGS[one]}`)),
    );
    return new Negotiator(request).encoding([...there, 'identity']) ?? 'identity';
  }

  #pathOf(name: string): string {
    return path.join(this.#folder, name);
  }
}
