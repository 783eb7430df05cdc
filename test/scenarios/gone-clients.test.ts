import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Installation, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';
import { Wire } from '../support/wire.ts';

const ASK = 'query { accessDecision(path: "/x") { isAllowed } }';
const ENDED = (outcome: string) => `lockstep_operation_seconds_count{kind="query",outcome="${outcome}"}`;

describeOnPostgres('decisions for a client that has left', () => {
  let installation: Installation;
  let ada: TestUser;
  let url: string;

  beforeAll(async () => {
    installation = await Installation.start();
    ({ url } = installation.app);
    const { id: tenantId } = await installation.aTenant();
    ada = await installation.aUser('TENANT_ADMIN', { tenantId });
    await ada.ask(
      'mutation { fileAccessPolicyCreate(input: { filePattern: "**", condition: "true", effect: ALLOW }) { userErrors { message } } }',
    );
  });

  afterAll(() => installation.stop());

  /** Blocks a query at the policies, lets its client leave, and gives the outcome of the query. */
  async function endsWhen(ask: () => Promise<() => Promise<unknown>>): Promise<Record<string, number>> {
    const holder = new pg.Client({ connectionString: installation.app.config.databaseUrl });
    await holder.connect();
    const ended = async () => {
      const scrape = await Scrape.of(url);
      return { ok: scrape.value(ENDED('ok')), errors: scrape.value(ENDED('errors')) };
    };
    const before = await ended();
    await holder.query('BEGIN; LOCK TABLE file_access_policy IN ACCESS EXCLUSIVE MODE');
    const leave = await ask();
    await Scrape.when(url, (scrape) => scrape.value('lockstep_operations_running') === 1);
    await leave();
    await holder.query('COMMIT');
    await holder.end();
    await Scrape.when(url, (scrape) => scrape.value('lockstep_operations_running') === 0);
    const after = await ended();
    return { ok: after.ok - before.ok, errors: after.errors - before.errors };
  }

  test('are made while it remains', async () => {
    let answer: Promise<unknown> = Promise.resolve();
    const outcome = await endsWhen(async () => {
      answer = ada.ask(ASK);
      return async () => {};
    });
    expect(await answer).toEqual({ accessDecision: { isAllowed: true } });
    expect(outcome).toEqual({ ok: 1, errors: 0 });
  });

  test('stop when its request is broken off', async () => {
    const outcome = await endsWhen(async () => {
      const request = new AbortController();
      const answer = fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        body: JSON.stringify({ query: ASK }),
        signal: request.signal,
      });
      return async () => {
        request.abort();
        await expect(answer).rejects.toThrow();
        // This request makes sure that the server has noticed the abort.
        await Scrape.of(url);
      };
    });
    expect(outcome).toEqual({ ok: 0, errors: 1 });
  });

  test('stop when it completes the operation', async () => {
    const wire = await Wire.signedIn(url, ada.token as string);
    const outcome = await endsWhen(async () => {
      wire.subscribe('1', ASK);
      return async () => {
        wire.send({ id: '1', type: 'complete' });
        wire.send({ type: 'ping' });
        expect(await wire.next()).toEqual({ type: 'pong' });
      };
    });
    wire.close();
    expect(outcome).toEqual({ ok: 0, errors: 1 });
  });

  test('stop when its socket is closed', async () => {
    const wire = await Wire.signedIn(url, ada.token as string);
    const outcome = await endsWhen(async () => {
      wire.subscribe('1', ASK);
      return async () => {
        wire.close();
        await wire.closed();
      };
    });
    expect(outcome).toEqual({ ok: 0, errors: 1 });
  });
});
