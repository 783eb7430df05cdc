import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeTenants } from '../../../bench/configuration/many-tenants.ts';
import { StatementWatch } from '../../../bench/support/watched-statements.ts';
import { Installation } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const PREVIEW = `query ($input: ConfigUpdateInput!) { configChangePreview(input: $input) {
  tenantCount userCount endedSessionCount userErrors { message } } }`;
const FEW = { tenants: 50, usersOfEach: 2, everyNth: 10, path: 'branding.primaryColor', own: '#101010' };
const MANY = { ...FEW, tenants: 500 };
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }';
const PATIENCE_MS = 60_000;
/** The reads of the adoption of one tenant that ask for configuration, its rules, conflicts and opt-outs, and runs. */
const READS_OF_ONE_ADOPTION = 10;

describeOnPostgres('the cost of a change of the platform', () => {
  let watch: StatementWatch;
  const installations: Installation[] = [];

  beforeAll(() => {
    // Before the servers open their connections.
    watch = new StatementWatch(/"?(configuration|config_\w+|sync_\w+|tenant_sync|session|user)"?/);
  });

  afterAll(async () => {
    watch.stop();
    await installations.at(-1)?.stop();
  });

  async function withTenants(wanted: typeof FEW): Promise<Person> {
    await installations.at(-1)?.stop();
    const installation = await Installation.start();
    installations.push(installation);
    await writeTenants(String(installation.app.config.databaseUrl), wanted);
    return installation.root;
  }

  const platform = (path: string, value: unknown) => ({ scope: 'PLATFORM', set: [{ path, value }] });

  test('a preview asks as often for 500 tenants as for 50, and nothing that an adoption reads is read again', async () => {
    const inputs = [
      platform('branding.primaryColor', '#202020'),
      platform('auth.session.maxHours', 8),
      platform('permissions.templates.CSR', ['customers:read']),
      platform('notifications.digest', 'WEEKLY'),
    ];
    const counts: number[][] = [];
    for (const wanted of [MANY, FEW]) {
      const root = await withTenants(wanted);
      const ofInputs: number[] = [];
      for (const input of inputs) {
        const asked: number[] = [];
        // The server works by itself meanwhile, which only adds statements.
        for (let time = 0; time < 3; time += 1) {
          const sent = await watch.during(async () => {
            const { configChangePreview: found } = await root.ask(PREVIEW, { input });
            expect(found).toMatchObject({ userErrors: [] });
            expect(found.tenantCount).toBeGreaterThanOrEqual(wanted.tenants - wanted.tenants / FEW.everyNth);
          });
          asked.push(sent.filter(({ text }) => !text.includes('due_work')).length);
        }
        ofInputs.push(Math.min(...asked));
      }
      counts.push(ofInputs);
    }
    expect(counts[0]).toEqual(counts[1]);

    const root = installations.at(-1)?.root as Person;
    const after = (await root.ask('{ syncRuns(first: 1) { feedCursor } }')).syncRuns.feedCursor;
    const completed = root.follow(COMPLETED, { after });
    const sent = await watch.during(async () => {
      await mutate(root, 'configUpdate', { input: platform('branding.primaryColor', '#202020') });
      await completed.event(PATIENCE_MS);
    });
    const ofTenants = new Map<string, number>();
    for (const { text } of sent) ofTenants.set(text, (ofTenants.get(text) ?? 0) + 1);
    // The statements of each tenant come so often; those that count a run do not.
    const each = [...ofTenants].filter(([, count]) => count >= FEW.tenants / 2);
    const perTenant = each.reduce((sum, [, count]) => sum + count, 0) / FEW.tenants;
    expect(Math.round(perTenant)).toBeLessThanOrEqual(READS_OF_ONE_ADOPTION);
  });
});
