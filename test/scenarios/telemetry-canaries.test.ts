import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { jsonLog } from '../../src/core/process/json-log.ts';
import { Collector, withVariables } from '../support/collector.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import type { Answer } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';

/** A word that is found again wherever it ends up, in the kinds of places where something could put it. */
const CANARY = 'cxnxrxyword';
const EMAIL = `${CANARY}@secret.test`;

const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { accessToken userErrors { message } } }`;

describeOnPostgres(
  '77 E: secrets, names, addresses and variables are in no line of the log, no metric and no span',
  () => {
    const lines: string[] = [];
    let collector: Collector;
    let installation: Installation;
    let acme: TestTenant;
    let ada: TestUser;

    beforeAll(async () => {
      collector = await Collector.start();
      const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
      // Everything that can be logged is.
      const log = jsonLog('debug', { write: (line) => void lines.push(line) });
      await withVariables(variables, async () => {
        installation = await Installation.start(
          { ...variables, LOG_LEVEL: 'debug', REQUESTS_PER_SECOND: '10000' },
          log,
        );
      });
      acme = await installation.aTenant();
      ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    });

    afterAll(async () => {
      await installation?.stop();
      await collector?.stop();
    });

    async function send(
      body: object,
      { headers = {}, path = '/graphql' }: { headers?: Record<string, string>; path?: string } = {},
    ): Promise<Answer> {
      const response = await fetch(installation.app.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}`, ...headers },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Answer;
    }

    const customer = (company: string) => ({
      tenantId: acme.id,
      company,
      contactName: `Name ${CANARY}`,
      email: EMAIL,
    });

    /** Nothing of what was sent is in what an operator or a collector gets. */
    async function expectNoCanary(): Promise<void> {
      const { text } = await Scrape.of(installation.app.url);
      const found = [...lines, ...collector.bodies, text].filter((one) => one.toLowerCase().includes(CANARY));
      expect(found).toEqual([]);
    }

    test('variables and literals of a mutation, and what its stream delivers', async () => {
      const stream = ada.follow(
        `subscription { customerChanged { __typename ... on CustomerEvent { entity { ... on Customer { company email } } } } }`,
      );
      await stream.event();
      await send({ query: CREATE, variables: { input: customer(`Company ${CANARY}`), [CANARY]: CANARY } });
      const literal = `mutation { customerCreate(input: { tenantId: "${acme.id}", company: "${CANARY} 2",
      contactName: "${CANARY}", email: "${EMAIL}" }) { customer { id } } }`;
      await send({ query: literal });
      await stream.changes(2);
      await stream.close();
      await expectNoCanary();
    });

    test('aliases, fragments, enum-like words, comments and documents that are refused', async () => {
      await send({
        query: `query { ${CANARY}: viewer { ...${CANARY} } } # ${CANARY}
        fragment ${CANARY} on Viewer { user { id } }`,
      });
      await send({ query: `{ customers(filter: { status: { equals: ${CANARY} } }) { nodes { id } } }` });
      await send({ query: `{ ${CANARY} }` });
      await send({ query: `{ viewer { ${CANARY} "${CANARY}` });
      await send({ query: '{ viewer { user { id } } }', operationName: CANARY });
      await send({
        query: CREATE,
        variables: { input: { ...customer('x'), email: `${CANARY} no address` } },
      });
      await send({ query: CREATE, variables: { input: { [CANARY]: 1 } } });
      await expectNoCanary();
    });

    test('passwords and addresses of sign-ins that fail', async () => {
      for (const email of [EMAIL, ada.email])
        await send({ query: SIGN_IN, variables: { input: { email, password: `password ${CANARY}` } } });
      await expectNoCanary();
    });

    test('headers, tokens, cookies, tickets and paths', async () => {
      const query = '{ viewer { user { id } } }';
      await send({ query }, { headers: { authorization: `Bearer ${CANARY}` } });
      await send(
        { query },
        {
          headers: {
            [`x-${CANARY}`]: CANARY,
            cookie: `session=${CANARY}`,
            traceparent: `00-${CANARY}-01`,
            tracestate: `vendor=${CANARY}`,
            baggage: `user=${CANARY}`,
            'user-agent': CANARY,
          },
        },
      );
      const { url } = installation.app;
      await fetch(`${url}/graphql?query={viewer{user{id}}}&access_token=${CANARY}&ticket=${CANARY}`);
      await fetch(`${url}/${CANARY}?${CANARY}=${CANARY}`);
      await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${CANARY}` } });
      await expectNoCanary();
    });

    test('errors of the database', async () => {
      // Not a fault that the server expects: its message, detail and hint repeat what was to be stored.
      const client = new pg.Client({ connectionString: installation.app.config.databaseUrl ?? '' });
      await client.connect();
      await client.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no % here', NEW.company USING ERRCODE = 'XX001', DETAIL = NEW.email, HINT = NEW.contact_name;
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON customer FOR EACH ROW EXECUTE FUNCTION refuse()`);
      const { errors } = await send({ query: CREATE, variables: { input: customer(`Third ${CANARY}`) } });
      await client.query('DROP TRIGGER refuse ON customer; DROP FUNCTION refuse()');
      await client.end();
      expect(errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      const logged = lines.filter((line) => line.includes('request failed'));
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain('XX001');
      await collector.until('the failed statement', () =>
        collector.spans.some(({ attributes }) => attributes['error.type'] === 'XX001'),
      );
      await expectNoCanary();
    });

    test('all this was recorded: it was in the answers, the lines and the spans of these operations', () => {
      const operations = lines.filter((line) => line.includes('"msg":"operation"'));
      expect(operations.length).toBeGreaterThan(5);
      expect(collector.spans.filter(({ name }) => name === 'mutation customerCreate').length).toBeGreaterThan(
        3,
      );
    });

    test('77 F: names that clients make up are no new series of metrics', async () => {
      const before = (await Scrape.of(installation.app.url)).text.split('\n').length;
      const names = Array.from({ length: 300 }, (_, index) => `Made_up_${index}`);
      await Promise.all(names.map((name) => send({ query: `query ${name} { viewer { user { id } } }` })));
      await Promise.all(
        names.slice(0, 100).map((name) => fetch(`${installation.app.url}/${name}`).then((r) => r.text())),
      );
      expect((await Scrape.of(installation.app.url)).text.split('\n').length).toBe(before);
    });
  },
);
