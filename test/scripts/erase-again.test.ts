import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const SCRIPT = 'scripts/erase-again.mjs';
const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

/** Runs the script as an administrator of the platform. */
async function run(args: string[], input = ''): Promise<string> {
  const env = { ...process.env, LOCKSTEP_TOKEN: `${installation.root.token}` };
  const running = promisify(execFile)(process.execPath, [SCRIPT, ...args], { env });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

describeOnPostgres('the list of erased persons', () => {
  test('X: names none, and erases again a person whom a restore has brought back', async () => {
    const { url, config } = installation.app;
    const customerId = await installation.aCustomer(acme.id, 'Wolfsbane');
    const goneId = await installation.aCustomer(acme.id, 'Tansy');
    await mutate(ada, 'personErase', { input: { customerId } });
    await mutate(ada, 'personErase', { input: { customerId: goneId } });
    const list = await run(['--list', url]);
    expect(list.trim().split('\n').toSorted()).toEqual(
      [customerId, goneId].map((id) => JSON.stringify({ customerId: id })).toSorted(),
    );

    // As after the restore of a backup from before the erasures, in which one of the persons did not exist.
    const tables = await TableDump.open(config.databaseUrl);
    await tables.run('DELETE FROM due_work');
    await tables.run('DELETE FROM person_erasure');
    await tables.run('UPDATE customer SET erased_at = NULL, company = $1 WHERE id = $2', [
      'Wolfsbane',
      customerId,
    ]);
    await tables.run('DELETE FROM customer WHERE id = $1', [goneId]);
    await tables.close();

    expect(await run([url], list)).toBe('2 persons of the list are erased, or being erased.\n');
    const asked = 'query ($tenantId: ID!) { personErasures(tenantId: $tenantId) { nodes { customerId } } }';
    const { personErasures } = await ada.ask(asked, { tenantId: acme.id });
    expect(personErasures.nodes).toEqual([{ customerId }]);
  });
});
