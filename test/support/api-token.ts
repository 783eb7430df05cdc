import { mutate } from './mutate.ts';
import { Person, type Variables } from './person.ts';

/** An API token with a client that sends it. */
export interface TestApiToken {
  readonly id: string;
  readonly secret: string;
  readonly client: Person;
}

const DAY_MS = 24 * 60 * 60_000;

/** The time some days from now. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}

/** Makes an API token of 30 days, of its maker unless the input names a service account. */
export async function anApiToken(
  maker: Person,
  url: string,
  permissions: readonly string[],
  input: Variables = {},
): Promise<TestApiToken> {
  const args = { input: { name: 'An integration', permissions, expiresAt: inDays(30), ...input } };
  const { apiTokenId: id, secret } = await mutate(maker, 'apiTokenCreate', args, 'apiTokenId secret');
  return { id, secret, client: new Person(url, secret) };
}
