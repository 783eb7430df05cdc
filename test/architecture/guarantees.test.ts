import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GuaranteeFaults } from '../support/guarantee-faults.ts';
import { Installation } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { MUTATIONS, Story } from '../support/story.ts';
import { storyIssuer } from '../support/story-issuer.ts';
import { TableDump } from '../support/table-dump.ts';
import { WIDE } from '../support/two-tenants.ts';

// Each mutation is tried at the moment of the story at which it succeeds, so the version or the key alone can be the
// reason of a refusal.
describeOnPostgres('every mutation of the schema', () => {
  let installation: Installation;
  let tables: TableDump;
  let tried: GuaranteeFaults;

  beforeAll(async () => {
    installation = await Installation.start({ ...WIDE, ...storyIssuer.settings });
    tables = await TableDump.open(installation.app.config.databaseUrl);
    tried = new GuaranteeFaults(tables);
    await new Story(installation, (told, run) => tried.around(told, run)).tell();
  }, 600_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const taking = (arg: string) =>
    Object.values(MUTATIONS)
      .filter(({ args }) => args.some(({ name }) => name === arg))
      .map(({ name }) => name);

  test('that takes `expectedVersion` or `idempotencyKey` was tried', () => {
    expect(taking('expectedVersion').filter((name) => !tried.tried.version.has(name))).toEqual([]);
    expect(taking('idempotencyKey').filter((name) => !tried.tried.key.has(name))).toEqual([]);
  });

  test('refuses a stale `expectedVersion` with VERSION_CONFLICT and the current entity, and changes nothing', () => {
    expect(tried.faults.version).toEqual([]);
  });

  test('has one effect and one answer for one `idempotencyKey`, and refuses another body under it', () => {
    expect(tried.faults.key).toEqual([]);
  });
});
