import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const RENAME = `mutation ($id: ID!, $name: String!) { userUpdate(id: $id, input: { name: $name }) {
  user { name version } userErrors { message } } }`;
const ENTRIES = 'query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }) { nodes { action } } }';

const TRIGGERS = {
  'a statement': 'TRIGGER conflict BEFORE UPDATE ON "user"',
  'the log': 'TRIGGER conflict BEFORE INSERT ON change',
  COMMIT: 'CONSTRAINT TRIGGER conflict AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED',
};

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

describeOnPostgres('a write that PostgreSQL ends because of a conflict', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });

  afterAll(async () => {
    await tables.close();
  });

  /**
   * Makes the database end this many transactions that reach a trigger. A sequence counts them, because it is not
   * rolled back.
   */
  async function conflict(times: number, code: string, trigger: string): Promise<void> {
    await tables.run('DROP SEQUENCE IF EXISTS conflicts CASCADE');
    await tables.run('CREATE SEQUENCE conflicts');
    await tables.run(`CREATE OR REPLACE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF nextval('conflicts') <= ${times} THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '${code}'; END IF;
      RETURN NEW; END $$`);
    await tables.run(`CREATE ${trigger} FOR EACH ROW EXECUTE FUNCTION conflict()`);
  }

  /** Renames a new user meanwhile; returns the answer to the client, and the changes in the log. */
  async function rename(times: number, code: string, at: keyof typeof TRIGGERS) {
    const { userId: id } = await installation.aUser('CSR', { tenantId: acme.id });
    await conflict(times, code, TRIGGERS[at]);
    const { data, errors } = await ada.run(RENAME, { id, name: 'Eve' });
    await tables.run('DROP FUNCTION conflict CASCADE');
    const { nodes } = (await ada.ask(ENTRIES, { id })).auditLog;
    return {
      user: data?.userUpdate?.user,
      codes: errors?.map(({ extensions }) => extensions.code),
      log: nodes,
    };
  }

  test('fails and writes nothing when it has happened four times', async () => {
    expect(await rename(4, '40P01', 'a statement')).toEqual({
      user: undefined,
      codes: ['INTERNAL_SERVER_ERROR'],
      log: [{ action: 'CREATED' }],
    });
  });

  test.each([
    ['a deadlock', '40P01', 'a statement'],
    ['a deadlock', '40P01', 'the log'],
    ['a deadlock', '40P01', 'COMMIT'],
    ['a serialization failure', '40001', 'a statement'],
  ] as const)('A: is run again after %s (%s) at %s, and has one effect', async (_name, code, at) => {
    expect(await rename(3, code, at)).toEqual({
      user: { name: 'Eve', version: 2 },
      codes: undefined,
      log: [{ action: 'UPDATED' }, { action: 'CREATED' }],
    });
  });
});
