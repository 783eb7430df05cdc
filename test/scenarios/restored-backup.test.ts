import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { Installation } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { findPostgresPrograms } from '../support/servers/postgres-programs.ts';
import { aStage } from '../support/stage.ts';
import { anEmptyDatabase } from '../support/test-database.ts';

const CREATE = `mutation ($company: String!) { customerCreate(input: {
  company: $company, contactName: "O", email: "o@x.test" }) { customer { id } userErrors { message } } }`;
const LIST = '{ customers(first: 100) { nodes { company } } }';
const CHANGED = `subscription ($after: Cursor) { customerChanged(after: $after) {
  __typename ... on FeedReset { reason cursor } ... on CustomerCreated { customer { company } } } }`;
const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const VERIFY = '{ verifyAuditChain { isIntact isComplete } }';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const companiesOf = async (person: Person) =>
  (await person.ask(LIST)).customers.nodes.map(({ company }: { company: string }) => company);

/** Runs a program of PostgreSQL. */
const postgres = (program: string, ...args: string[]) =>
  promisify(execFile)(path.join(findPostgresPrograms() ?? '', program), args);

describeOnPostgres(
  'a backup that is made while the server runs and restored as the documentation says',
  () => {
    test('has every change up to its moment; clients with cursors from before or after it begin again, and none skips a change', async () => {
      const { databaseUrl = '', jwtSecret = '' } = installation.app.config;
      const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-backup-'));
      const file = path.join(folder, 'lockstep.dump');
      await ada.ask(CREATE, { company: 'Before the backup' });
      const before = await ada.now(acme.id);
      await postgres('pg_dump', '--format=custom', `--file=${file}`, databaseUrl);
      await ada.ask(CREATE, { company: 'After the backup' });
      const after = await ada.now(acme.id);

      const database = await anEmptyDatabase();
      await postgres('pg_restore', '--exit-on-error', `--dbname=${database.url}`, file);
      await rm(folder, { recursive: true });
      const restored = await Installation.startIn({ database, jwtSecret });
      try {
        const again = new Person(restored.app.url, ada.token);
        // It takes the number of the change that is gone.
        await again.ask(CREATE, { company: 'After the restore' });

        expect(await companiesOf(again)).toEqual(
          expect.arrayContaining(['Before the backup', 'After the restore']),
        );
        expect(await companiesOf(again)).not.toContain('After the backup');
        for (const cursor of [before, after]) {
          const [reset] = await again.follow(CHANGED, { after: cursor }).take(1);
          expect(reset).toMatchObject({ __typename: 'FeedReset', reason: 'EPOCH_CHANGED' });
          const plain = await again.follow(CREATED, { after: cursor }).next();
          expect(plain.errors?.[0]?.extensions.code).toBe('CURSOR_EXPIRED');
        }
        const resumed = again.follow(CHANGED, { after: await again.now(acme.id) });
        await again.ask(CREATE, { company: 'Later' });
        expect(await resumed.changes(1)).toMatchObject([{ customer: { company: 'Later' } }]);
        expect((await again.ask(VERIFY)).verifyAuditChain).toEqual({ isIntact: true, isComplete: true });
        await again.leave();
      } finally {
        await restored.stop();
      }
    });
  },
);
