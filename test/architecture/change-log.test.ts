import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import { auditChangeLog } from '../support/change-log-audit.ts';
import { Installation } from '../support/installation.ts';
import { LogWatch } from '../support/log-watch.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { MUTATIONS, Story } from '../support/story.ts';
import { storyIssuer } from '../support/story-issuer.ts';
import { TableDump } from '../support/table-dump.ts';

describeOnPostgres('after every mutation of the schema', () => {
  let installation: Installation;
  let tables: TableDump;
  let story: Story;
  let watch: LogWatch;

  beforeAll(async () => {
    installation = await Installation.start(storyIssuer.settings);
    tables = await TableDump.open(installation.app.config.databaseUrl);
    watch = new LogWatch(tables);
    story = new Story(installation, ({ name }, run) => watch.during(name, run));
    await story.tell();
  });

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const faults = () => auditChangeLog(tables, entities.values());

  test('the story left none out', () => {
    expect(Object.keys(MUTATIONS).filter((name) => !story.told.has(name))).toEqual([]);
  });

  test('every entity has rows left to look at', async () => {
    for (const { name } of entities.values()) {
      // The story ends with the identities unbound.
      if (name === 'OutsideIdentity') continue;
      const { table } = modelOf(name);
      expect([table, await tables.run(`SELECT 1 FROM "${table}" LIMIT 1`)]).toEqual([
        table,
        [expect.anything()],
      ]);
    }
  });

  test('rows and log agree: versions, images, deletions, and the numbers of every feed', async () => {
    expect(await faults()).toEqual([]);
  });

  test('the log contains a change by each of them, except by those that change no visible data', () => {
    expect([...watch.silent].sort()).toEqual([
      'attachmentLinkCreate',
      'emailChangeRequest',
      'emailChangeWithdraw',
      'parkedWorkRetry',
      'passwordResetRequest',
      'personExport',
      'presenceSet',
      'receiptKeyRotate',
      'streamTicketCreate',
      'tokenRefresh',
      'typingSet',
    ]);
  });

  test('a password or second factor never changes without a change of its user in the log', () => {
    expect([...watch.changedProofs].toSorted()).toEqual([
      'invitationAccept',
      'passwordChange',
      'passwordReset',
      'recoveryCodesCreate',
      'signInEnroll',
      'totpConfirm',
      'totpDisable',
      'totpEnroll',
      'userCreate',
      'userDelete',
      'userSecondFactorReset',
    ]);
    expect([...watch.unloggedProofs]).toEqual([]);
  });

  test('no secret is in the log', async () => {
    const [log] = await tables.run<{ text: string }>(
      'SELECT string_agg(change::text, chr(10)) AS text FROM change',
    );
    const stored = await tables.run<{ secret: string }>('SELECT password_hash AS secret FROM credential');
    expect(stored.length).toBeGreaterThan(3);
    const secrets = [...story.secrets, ...stored.map(({ secret }) => secret)];
    expect(secrets.filter((secret) => log?.text.includes(secret))).toEqual([]);
    expect(log?.text).not.toContain('$argon2');
  });

  const BY_SQL_ALONE: [what: string, sql: string, fault: RegExp][] = [
    [
      'a column changed',
      "UPDATE customer SET company = 'moved'",
      /^Customer .* is not as its last change left it: company$/,
    ],
    [
      'a version raised',
      'UPDATE plan SET version = version + 1',
      /^Plan .* has version \d+ after \d+ changes$/,
    ],
    [
      'a row deleted',
      'DELETE FROM file_access_policy',
      /^FileAccessPolicy .* is gone, and its last change is (CREATED|UPDATED)$/,
    ],
    [
      'a row made',
      "INSERT INTO organization (id, name, slug, updated_at) VALUES (gen_random_uuid(), 'x', 'x', now())",
      /^Organization .* is there and was never logged$/,
    ],
    ['a change taken out of the log', 'DELETE FROM change WHERE seq = 2', /^feed .* has the numbers 1,3/],
  ];

  test.each(BY_SQL_ALONE)('the comparison finds %s by SQL alone', async (_what, sql, fault) => {
    await tables.run('BEGIN');
    await tables.run(sql);
    const found = await faults();
    await tables.run('ROLLBACK');
    expect(found).toContainEqual(expect.stringMatching(fault));
  });
});
