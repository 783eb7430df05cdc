import { forbiddenChange } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';
import type { Viewer } from './viewer.ts';

const TOKEN = sentences('FORBIDDEN_CHANGE', {
  API_TOKEN_MAY_NOT: 'An API token may not do this: sign in as a user.',
});

/**
 * Refuses an API token what would outlast or raise it: signing in, passwords, second factors and API tokens. Throws
 * UserErrors.
 */
export function requireNoApiToken(viewer: Pick<Viewer, 'apiToken'> | null): void {
  if (viewer?.apiToken) throw forbiddenChange(TOKEN.API_TOKEN_MAY_NOT());
}
