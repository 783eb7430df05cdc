import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
/** Characters that end or precede the host in a URL. With one of them the header would name something else, too. */
const NO_HOST = /[\s/?#@\\]/;

/**
 * Brings a request into the usual form: an absolute target (RFC 9112, section 3.2.2) becomes a path, its host replaces
 * the Host header, and slashes at the end of the path are removed. Returns whether the request names one host that can
 * be one: with two, the server and a proxy could mean different ones (RFC 9112, section 3.2).
 */
export function normalise(request: IncomingMessage): boolean {
  const [, authority, rest] = ABSOLUTE.exec(request.url ?? '') ?? [];
  if (authority !== undefined && rest !== undefined) {
    request.headers.host = authority;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
  }
  const [path, query] = splitOnce(request.url ?? '/');
  request.url = `${path.replace(/(?<=[^/])\/+$/, '')}${query}`;
  const { host: hosts = [] } = request.headersDistinct;
  return hosts.length < 2 && isHost(request.headers.host ?? '');
}

/** Returns the path of a request, without the query string. */
export function pathOf({ url }: IncomingMessage): string {
  return splitOnce(url ?? '/')[0];
}

function splitOnce(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)];
}

/** HTTP/1.0 has no Host header, and one without a host is empty (RFC 9112, section 3.2). */
function isHost(host: string): boolean {
  return host === '' || (!NO_HOST.test(host) && URL.canParse(`http://${host}`));
}
