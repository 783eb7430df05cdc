import { expect, test } from '@jest/globals';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const VIEWER = '{ viewer { id } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const AUTH = 'subscription ($after: Cursor) { authChanged(after: $after) { reauthenticationRequired } }';

const { installation, acme, globex, gil } = await aStage({ acme: {}, globex: { gil: 'TENANT_ADMIN' } });
const elsewhere = await installation.anotherNode();
/** A node that remembers no settings yet. */
const fresh = await installation.anotherNode();
const root = await installation.aUser('PLATFORM_ADMIN', {});

const sql = (statement: string) => runSql(String(installation.app.config.databaseUrl), statement);

const set = (path: string, value: unknown) =>
  mutate(root, 'configUpdate', {
    input: { scope: 'TENANT', tenantId: acme.id, set: [{ path, value }] },
  });

const credentials = ({ email }: TestUser) => ({ input: { email, password: TEST_PASSWORD } });

const codeOf = async (who: Person) => (await who.run(VIEWER)).errors?.[0]?.extensions.code ?? null;

test.each([['"a text"'], ['{}'], ['{"mode": "LATCHED", "value": 24}'], ['{"mode": "LOCKED"}']])(
  'T: a row %s of the ledger refuses the users of its tenant every way, ends their sockets on every node, and no others',
  async (row) => {
    const user = await installation.aUser('CSR', { tenantId: acme.id });
    const stranger = installation.stranger();
    const { refreshToken } = await mutate(stranger, 'signIn', credentials(user), 'refreshToken');
    const nodes = [installation.app, elsewhere];
    const wires = await Promise.all(nodes.map(({ url }) => Wire.signedIn(url, user.token ?? '')));
    const after = await gil.now(globex.id);
    await set('auth.session.maxHours', 48);
    await sql(`UPDATE config_setting SET setting = '${row}' WHERE version = (SELECT max(version) FROM config_setting
        WHERE path = 'auth.session.maxHours') AND path = 'auth.session.maxHours'`);

    // Nodes remember what the versions of the layers say: the next version has them read the row.
    await set('auth.password.requiredClasses', ['LOWER']);

    expect(await Promise.all(wires.map((wire) => wire.closed()))).toEqual([WITHDRAWN, WITHDRAWN]);
    expect([await codeOf(user), await codeOf(user.at(elsewhere))]).toEqual(['TRY_AGAIN', 'TRY_AGAIN']);
    for (const refused of [
      await refusals(stranger, 'signIn', credentials(user)),
      await refusals(stranger, 'tokenRefresh', { refreshToken }),
      await refusals(user, 'passwordChange', {
        input: { currentPassword: TEST_PASSWORD, newPassword: 'another long password' },
      }),
    ]) {
      expect(refused).toMatchObject([{ code: 'TRY_AGAIN' }]);
    }

    // The feed of the platform concerns all users: it does not wait for those whose settings cannot be read.
    const platform = [{ path: 'auth.session.idleMinutes', value: 500 + row.length }];
    await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: platform } });
    expect(await gil.at(elsewhere).follow(AUTH, { after }).take(1)).toEqual([
      { reauthenticationRequired: false },
    ]);
    expect(await Promise.all([user, gil, user, gil].map(codeOf))).toEqual([
      'TRY_AGAIN',
      null,
      'TRY_AGAIN',
      null,
    ]);

    await set('auth.session.maxHours', 24);
    await set('auth.password.requiredClasses', []);
    expect(await refusals(stranger, 'signIn', credentials(user))).toEqual([]);
    expect(await codeOf(user)).toBeNull();
  },
);

test('T: a database that refuses to read the settings lets no user in, and lets all in again when it reads them', async () => {
  await sql('ALTER TABLE config_setting RENAME TO config_setting_away');
  try {
    const codes = await Promise.all([gil, root].map((who) => codeOf(who.at(fresh))));
    expect(codes).toEqual([expect.any(String), expect.any(String)]);
    const stranger = installation.stranger().at(fresh);
    expect(await refusals(stranger, 'signIn', credentials(gil))).toHaveLength(1);
    const wire = await Wire.open(fresh.url);
    wire.send({ type: 'connection_init', payload: { authorization: `Bearer ${gil.token}` } });
    expect((await wire.closed()).code).not.toBe(1000);
  } finally {
    await sql('ALTER TABLE config_setting_away RENAME TO config_setting');
  }
  expect(await Promise.all([gil, root].map((who) => codeOf(who.at(fresh))))).toEqual([null, null]);
});
