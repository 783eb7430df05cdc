import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLog } from '../../src/core/process/json-log.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';

type Line = Record<string, unknown>;

describe('77: one line for each operation', () => {
  const lines: Line[] = [];
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;

  beforeAll(async () => {
    const log = jsonLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
    installation = await Installation.start({}, log);
    acme = await installation.aTenant();
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  });

  afterAll(() => installation?.stop());

  const saying = (msg: string) => lines.filter((line) => line.msg === msg);

  /** The lines that work writes. */
  async function during(work: () => Promise<unknown>): Promise<Line[]> {
    lines.length = 0;
    await work();
    return [...lines];
  }

  test('77 G: a refused operation says its code, and one without a user says none', async () => {
    const query = 'query Other($id: ID!) { tenant(id: $id) { name } customers(first: 1) { nodes { id } } }';
    const [refused] = await during(() => ada.run(query, { id: crypto.randomUUID() }));
    expect(refused).toMatchObject({ msg: 'operation', kind: 'query', name: 'Other', field: 'tenant' });
    const failed = await during(() =>
      ada.run(
        'mutation { userDelete(id: "00000000-0000-7000-8000-000000000000") { userErrors { message } } }',
      ),
    );
    expect(failed).toHaveLength(1);
    expect(failed[0]?.code).not.toBeNull();
    const [anonymous] = await during(() =>
      installation
        .stranger()
        .run(
          'mutation { signIn(input: { email: "no@no.test", password: "not the one" }) { userErrors { message } } }',
        ),
    );
    expect(anonymous).toMatchObject({ field: 'signIn', name: null, code: 'USER_ERRORS', userId: null });
  });

  test('77 H: a query and a mutation write one line with kind, name, user, duration, statements and rows', async () => {
    const written = await during(() => ada.run('query Mine { viewer { user { id name } } }'));
    expect(written).toEqual([
      {
        level: 'info',
        pid: process.pid,
        hostname: expect.any(String),
        time: expect.any(String),
        kind: 'query',
        name: 'Mine',
        field: 'viewer',
        requestId: expect.any(String),
        userId: ada.userId,
        traceId: null,
        code: null,
        durationMs: expect.any(Number),
        statements: expect.any(Number),
        rows: expect.any(Number),
        msg: 'operation',
      },
    ]);
    for (const company of ['One', 'Two', 'Three']) await installation.aCustomer(acme.id, company);
    const [list] = await during(() => ada.run('{ customers(first: 10) { nodes { company } } }'));
    expect(list).toMatchObject({ rows: 3, statements: 1 });
  });

  test('77 I: a subscription writes a line when it starts and one when it ends, and none for what it delivers', async () => {
    const after = await ada.now(acme.id);
    const started = await during(async () => {
      const stream = ada.follow(
        'subscription Live($after: Cursor) { customerChanged(after: $after) { __typename } }',
        { after },
      );
      for (const company of ['Four', 'Five']) await installation.aCustomer(acme.id, company);
      await stream.changes(2);
      expect(saying('subscription ended')).toEqual([]);
      await stream.close();
      while (saying('subscription ended').length === 0) await ada.ask('{ viewer { user { id } } }');
    });
    const ofStream = started.filter(({ kind }) => kind === 'subscription');
    expect(ofStream.map(({ msg }) => msg)).toEqual(['subscription started', 'subscription ended']);
    const [start, end] = ofStream;
    expect(start).toMatchObject({ name: 'Live', field: 'customerChanged', userId: ada.userId, code: null });
    expect(end).toMatchObject({ requestId: start?.requestId, reason: null, name: 'Live' });
    // With the position that it begins with.
    expect(end?.events).toBeGreaterThanOrEqual(2);
  });

  test('77 K: over a socket and as an event stream it is the same, and what does not begin writes nothing', async () => {
    const refused = await during(() => ada.run('{ nothing }'));
    expect(refused.filter(({ msg }) => msg === 'operation')).toEqual([]);
    const input = { tenantId: acme.id, company: 'Six', contactName: 'Ada', email: 'ada@alder.test' };
    const [line] = await during(() => mutate(ada, 'customerCreate', { input }, 'customer { id }'));
    expect(line).toMatchObject({ kind: 'mutation', field: 'customerCreate', code: null });
  });
});
