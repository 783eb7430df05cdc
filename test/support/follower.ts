import { followCustomers as followWithApollo } from '../../examples/apollo-client.ts';
import type { FollowCustomers } from '../../examples/customers.ts';
import { followCustomers as followWithGraphqlWs } from '../../examples/graphql-ws-client.ts';
import { Session } from '../../examples/session.ts';
import { followCustomers as followWithUrql } from '../../examples/urql-client.ts';
import type { Installation } from './installation.ts';

/** The examples, each with the name of its client. */
export const FOLLOWERS: [string, FollowCustomers][] = [
  ['graphql-ws', followWithGraphqlWs],
  ['Apollo', followWithApollo],
  ['urql', followWithUrql],
];

const PASSWORD = 'the-follower-of-this-test';

/** Signs in a new admin of the tenant. */
export async function aFollower(
  installation: Installation,
  tenantId: string,
  at = installation.app.url,
): Promise<Session> {
  const email = `follower-${crypto.randomUUID()}@lockstep.test`;
  await installation.root.ask(
    'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }',
    { input: { tenantId, role: 'TENANT_ADMIN', email, name: 'A follower', password: PASSWORD } },
  );
  return Session.signIn(at, email, PASSWORD);
}
