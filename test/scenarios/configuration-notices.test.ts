import { beforeAll, expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { inboxOf, type Told, untilInbox } from '../support/notified.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, cleo, sam, gil, olga } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR', sam: 'SUPPORT', olga: 'ORGANIZATION_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;

const KEY = 'configurationChanged';
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }';

type Setting = { readonly path: string; readonly value: unknown; readonly mode?: string };

const write = (who: Person, scope: string, ...set: Setting[]) =>
  mutate(who, 'configUpdate', { input: { scope, set } });

/** A write of the platform that every tenant has adopted. */
async function writeAbove(...set: Setting[]): Promise<void> {
  const after = (await root.ask('{ syncRuns(first: 1) { feedCursor } }')).syncRuns.feedCursor;
  const completed = root.follow(COMPLETED, { after });
  await write(root, 'PLATFORM', ...set);
  await completed.take(1);
  await completed.close();
}

const ofSettings = (told: readonly Told[]) => told.filter(({ messageKey }) => messageKey === KEY);
const told = async (who: Person) => ofSettings((await inboxOf(who)).told);
const counted = async (who: Person) => (await told(who)).map(({ count }) => count);
const until = async (who: Person, count: number) =>
  untilInbox(who, (all) => ofSettings(all)[0]?.count === count && !ofSettings(all)[0]?.isRead);

/** Waits until every change so far has notified its recipients: the latest cause of a layer is the last one done. */
async function clear(...people: readonly Person[]): Promise<void> {
  for (const person of people) await mutate(person, 'notificationsMarkAllRead', {});
}

/** A change that reaches all, so that what was to be notified before it has been. */
let turn = 20;
async function mark(): Promise<void> {
  turn += 1;
  await write(ada, 'TENANT', { path: 'auth.password.minLength', value: turn });
  await untilInbox(cleo, (all) => {
    const [latest] = ofSettings(all);
    return latest !== undefined && !latest.isRead && latest.text.includes('AUTH');
  });
}

test('64: the author, another tenant, users above tenants, and users of a change that is for staff or for the eye are not notified', async () => {
  await write(ada, 'TENANT', { path: 'branding.primaryColor', value: '#123456' });
  await write(ada, 'TENANT', { path: 'auth.session.maxHours', value: 9 });
  await write(ada, 'TENANT', { path: 'permissions.templates.CSR', value: ['customers:read'] });
  await write(cleo, 'USER', { path: 'notifications.digest', value: 'NEVER' });
  await mark();
  for (const person of [cleo, sam]) expect(await counted(person)).toEqual([1]);
  for (const person of [ada, gil, olga, root]) expect(await told(person)).toEqual([]);
});
