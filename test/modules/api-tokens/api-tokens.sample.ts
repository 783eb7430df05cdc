import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

const IN_A_MONTH = new Date(Date.now() + 30 * 24 * 60 * 60_000).toISOString();
const OWN = `query ($tenantId: ID!) { apiTokens(tenantId: $tenantId, first: 1, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id } } }`;
const ACCOUNT = `query ($tenantId: ID!) {
  users(tenantId: $tenantId, first: 1, filter: { isServiceAccount: { equals: true } }) { nodes { id } } }`;

/** The service account of a tenant, which it makes if there is none. */
async function accountOf(tenantId: string | undefined, root: Person, name: string): Promise<string> {
  const [account] = (await root.ask(ACCOUNT, { tenantId })).users.nodes;
  if (account) return account.id;
  const email = `${crypto.randomUUID()}@lockstep.test`;
  const input = { tenantId, name, email, role: 'SUPPORT', isServiceAccount: true };
  return (await mutate(root, 'userCreate', { input }, 'userId')).userId;
}

/** A token of the service account of the tenant of a place. */
async function tokenOf({ ids, text }: Pick<Place, 'ids' | 'text'>, root: Person) {
  return {
    userId: await accountOf(ids.Tenant, root, text()),
    name: text(),
    permissions: ['customers:read'],
    networks: ['192.0.2.0/24'],
    expiresAt: IN_A_MONTH,
  };
}

/** Finds the token of a place, which it makes and rotates if there is none. */
async function aToken(place: Place, root: Person): Promise<string> {
  const [token] = (await root.ask(OWN, { tenantId: place.ids.Tenant })).apiTokens.nodes;
  if (token) return token.id;
  const input = await tokenOf(place, root);
  const { apiTokenId: id } = await mutate(root, 'apiTokenCreate', { input }, 'apiTokenId');
  await mutate(root, 'apiTokenRotate', { id });
  return id;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'ApiToken',
      isOnly: true,
      needs: ['Tenant', 'User'],
      find: aToken,
      change: (place) => ['apiTokenUpdate', { input: { name: place.text() } }],
    },
  ],
  fleeting: { 'ApiTokenFilter.warnedDays': 'the tokens of the samples end in a month' },
  async story({ run, root, keepSecret, ...place }) {
    const input = await tokenOf(place, root);
    const { apiTokenId: id, secret } = await run('apiTokenCreate', { input }, root, 'apiTokenId secret');
    await run('apiTokenUpdate', { id, input: { name: place.text() } });
    const next = await run('apiTokenRotate', { id, overlapMinutes: 5 }, root, 'secret');
    await run('apiTokenRevoke', { id });
    // A request that is repeated under its key shows no secret.
    keepSecret(...[secret, next.secret].filter((one) => one !== null));
  },
};
