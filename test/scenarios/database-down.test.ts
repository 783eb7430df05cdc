import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { Installation } from '../support/installation.ts';
import { describeWithOwnPostgres } from '../support/real-servers.ts';
import { type PostgresServer, startPostgres } from '../support/servers/postgres-server.ts';

const QUERY = '{ tenants { totalCount } }';
const MUTATION =
  'mutation { organizationCreate(input: { name: "Down", slug: "down" }) { userErrors { message } } }';
const REFUSAL = {
  message: 'The database is unavailable: try again in 2 s.',
  extensions: { code: 'TRY_AGAIN', rule: 'DATABASE_UNAVAILABLE', retryAfter: 2 },
};

describeWithOwnPostgres('a database that is down for a while', () => {
  let postgres: PostgresServer;
  let installation: Installation;

  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.createDatabase('lockstep');
    installation = await Installation.start({ DATABASE_URL: postgres.url('lockstep') });
  });

  afterAll(async () => {
    await installation.stop();
    await postgres.remove();
  });

  async function send(query: string) {
    const response = await fetch(`${installation.app.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${installation.root.token}`,
      },
      body: JSON.stringify({ query }),
    });
    const { errors, data } = (await response.json()) as { errors?: object[]; data?: object };
    return { status: response.status, retryAfter: response.headers.get('retry-after'), errors, data };
  }

  test.each(['fast', 'immediate'] as const)(
    '13: answers TRY_AGAIN with 503 and Retry-After while it is down (%s), and serves as before afterwards',
    async (mode) => {
      expect((await send(QUERY)).errors).toBeUndefined();
      await postgres.stop(mode);
      // The second one finds no connection that was open before.
      for (const query of [QUERY, MUTATION, QUERY, MUTATION]) {
        expect(await send(query)).toMatchObject({ status: 503, retryAfter: '2', errors: [REFUSAL] });
      }
      expect(await installation.root.run(QUERY)).toMatchObject({ errors: [REFUSAL] });
      const { response } = await EventSource.open(installation.app.url, installation.root.token, {
        query: 'subscription { tenantChanged { __typename } }',
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      await postgres.start();
      let answer = await send(QUERY);
      while (answer.status === 503) answer = await send(QUERY);
      expect(answer.errors).toBeUndefined();
      const { data } = await send('{ organizations(filter: { slug: { equals: "down" } }) { totalCount } }');
      expect(data).toEqual({ organizations: { totalCount: 0 } });
    },
  );
});
