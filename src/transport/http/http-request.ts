import { IncomingMessage } from 'node:http';

/**
 * A request whose offered upgrade counts only if it is one to a WebSocket. Clients offer others by default, e.g. curl
 * and Java's HttpClient HTTP/2: a server ignores them and answers the request (RFC 9110, section 7.8).
 *
 * Node sets `upgrade` before the headers and reads it after them (docs/relied-on-internals.md).
 */
export class HttpRequest extends IncomingMessage {
  declare private isUpgradeOffered: boolean;

  set upgrade(isOffered: boolean) {
    this.isUpgradeOffered = isOffered;
  }

  get upgrade(): boolean {
    return this.isUpgradeOffered && this.headers.upgrade?.trim().toLowerCase() === 'websocket';
  }
}
