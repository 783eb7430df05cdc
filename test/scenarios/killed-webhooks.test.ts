import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_ADMIN } from '../support/app.ts';
import { signIn } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';
import { retryNow } from '../support/webhook-maker.ts';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.ts';

const DOCUMENT = `subscription ($tenantId: ID) { planChanged(tenantId: $tenantId) { __typename
  ... on PlanEvent { plan { id name } } } }`;
const PLANS = 10;

describeOnPostgres('webhooks of two nodes, one of which is killed', () => {
  let database: TestDatabase;
  let dataDir: string;
  let programs: Programs;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    database = await aDatabase();
    dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-webhooks-'));
    programs = new Programs(dataDir);
    receiver = await WebhookReceiver.start();
  });

  afterAll(async () => {
    await programs.killAll();
    await receiver.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function aServer() {
    const program = programs.start({
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
      WEBHOOK_LOOPBACK: '1',
      QUERY_TIMEOUT_MS: '60000',
    });
    return { program, url: await listening(program) };
  }

  test('61 L O D: the other node sends all that was under way, and one in flight per entity', async () => {
    const first = await aServer();
    const root = new Person(
      first.url,
      await signIn(first.url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password),
    );
    const made = async (name: string, id: string, input: object) =>
      (await mutate(root, name, { input }, id))[id];
    const organizationId = await made('organizationCreate', 'organizationId', { name: 'Acme', slug: 'acme' });
    const tenantId = await made('tenantCreate', 'tenantId', { organizationId, name: 'Acme', slug: 'acme' });
    receiver.answer = () => {}; // until the node is killed
    const webhookId = await made('webhookCreate', 'webhookId', {
      tenantId,
      name: 'Ours',
      url: receiver.url,
      document: DOCUMENT,
      variables: JSON.stringify({ tenantId }),
      ignoreOwnChanges: false,
    });
    for (let number = 0; number < PLANS; number += 1) {
      const monthlyPrice = { amountMinor: 100, currency: 'EUR' };
      const id = await made('planCreate', 'planId', { tenantId, name: `Plan ${number}`, monthlyPrice });
      await mutate(root, 'planUpdate', { id, input: { name: `Plan ${number} again` } });
    }
    await receiver.until(({ length }) => length >= 8);
    const second = await aServer();
    await killed(first.program);
    const before = receiver.received.length;
    receiver.accept();
    // Attempts may have timed out before the kill: their pauses are not what is tested.
    await retryNow(root.at(second), webhookId);
    const distinct = (all: readonly Received[]) => new Set(all.map(({ id }) => id)).size;
    const after = (await receiver.until((all) => distinct(all.slice(before)) >= 2 * PLANS)).slice(before);
    expect(distinct(after)).toBe(2 * PLANS);
    const typesOf = new Map<string, string[]>();
    for (const { body } of after) {
      const { id } = body.data.planChanged.plan;
      typesOf.set(id, [...(typesOf.get(id) ?? []), body.type]);
    }
    for (const types of typesOf.values()) expect(types).toEqual(['plan.created', 'plan.updated']);
    await killed(second.program);
  }, 300_000);
});
