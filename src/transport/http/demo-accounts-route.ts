import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { REQUEST } from './refusals.ts';

/** The accounts of the demo data, with the password that is theirs. */
export interface DemoAccounts {
  readonly password: string;
  readonly accounts: readonly { readonly email: string; readonly role: string }[];
}

/** Names the demo accounts to the pages that offer them for signing in; null where there is no demo. */
export function demoAccountsRoute(
  offered: DemoAccounts | null,
): (request: IncomingMessage, response: ServerResponse) => void {
  const body = JSON.stringify(offered);
  return ({ method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET, HEAD' });
    }
    sendBody(response, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }, body);
  };
}
