import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Negotiator from 'negotiator';
import { isKnown } from './known-etag.ts';
import { sendBody } from './plain-answer.ts';

/** The folder into which `npm run console` builds, seen from here in the sources and when compiled alike. */
const BUILT = fileURLToPath(new URL('../../../console/dist', import.meta.url));

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
 * - A path is looked up among their names, so none leads out of the folder.
 * - They are listed at the first request, and read at each: a server that shows no page holds none in memory.
 */
export class BuiltFiles {
  readonly #folder: string;
  #names: ReadonlySet<string> | null = null;

  constructor(folder: string = BUILT) {
    this.#folder = folder;
  }

  /** Whether a request can be answered with a file of this name; compressed copies have no name of their own. */
  has(name: string): boolean {
    return path.extname(name) in TYPES && this.#listed().has(name);
  }

  /** Sends a file that is there, compressed as the client accepts it, or only that it has not changed. */
  async send(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    headers: OutgoingHttpHeaders = {},
  ): Promise<void> {
    const encoding = this.#encodingFor(name, request);
    const body = await readFile(path.join(this.#folder, `${name}${ENCODINGS[encoding] ?? ''}`));
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const always = {
      ...headers,
      etag,
      'cache-control': name.startsWith(HASHED) ? FOR_EVER : 'no-cache',
      vary: 'Accept-Encoding',
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
    const there = Object.keys(ENCODINGS).filter((one) => this.#listed().has(`${name}${ENCODINGS[one]}`));
    return new Negotiator(request).encoding([...there, 'identity']) ?? 'identity';
  }

  #listed(): ReadonlySet<string> {
    this.#names ??= namesIn(this.#folder);
    return this.#names;
  }
}

/** The names of all files in a folder, with slashes; none where nothing was built. */
function namesIn(folder: string): ReadonlySet<string> {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return new Set(names.map((name) => name.split(path.sep).join('/')));
  } catch {
    return new Set();
  }
}
