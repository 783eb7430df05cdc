import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPayment, type Homes, someHomes } from '../support/homes.ts';
import { mutate } from '../support/mutate.ts';
import { openedIncident, untilInbox } from '../support/notified.ts';
import { type OpenDatabase, theDatabaseAt } from '../support/open-database.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, sam, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;

let homes: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
});

const MAILS = '{ mailMessages { messageKey address status subject text lastError } }';

interface Mail {
  readonly messageKey: string;
  readonly address: string;
  readonly status: string;
  readonly subject: string;
  readonly text: string;
}

async function untilMails(isAsExpected: (mails: Mail[]) => boolean): Promise<Mail[]> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const { mailMessages } = await root.ask(MAILS);
    if (isAsExpected(mailMessages)) return mailMessages;
    if (Date.now() > deadline) throw new Error(`E-mails did not come: ${JSON.stringify(mailMessages)}`);
  }
}

const prefer = (who: Person, preferences: object) =>
  mutate(who, 'notificationPreferencesUpdate', { input: { scope: 'USER', ...preferences } });

test('64: e-mails are shown to administrators of the platform alone', async () => {
  for (const person of [ada, sam, gil, homes.owner]) {
    const { errors } = await person.run(MAILS);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  }
});

test('64: what is critical is mailed to those who may read it and want e-mails, with a link to the product', async () => {
  await prefer(sam, { incidentChannels: [] });
  await openedIncident(ada, 'Lift stuck');
  const people = [ada, homes.owner, ...homes.units.map(({ resident }) => resident)];
  const mails = await untilMails((all) => all.filter(({ status }) => status === 'KEPT').length === 4);
  expect(mails.map(({ address }) => address).toSorted()).toEqual(people.map(({ email }) => email).toSorted());
  for (const mail of mails) {
    expect(mail).toMatchObject({
      messageKey: 'notification',
      subject: 'Incident: Lift stuck. Impact: MAJOR.',
    });
    expect(mail.text).toContain(`${installation.app.url}/notifications/`);
  }
});

test('64: what is not critical waits for one digest of its user and day, unless the user wants it immediately or never', async () => {
  await prefer(homes.owner, { digest: 'IMMEDIATELY' });
  await prefer(homes.units[0].resident, { digest: 'NEVER' });
  for (let number = 0; number < 3; number += 1) {
    await aPayment(homes.owner, { unitId: homes.units[0].id, status: 'FAILED' });
  }
  const subject = 'A payment has failed.';
  const isDigestOf = (address: string) => (mail: Mail) =>
    mail.messageKey === 'notificationDigest' && mail.address === address;
  const mails = await untilMails(
    (all) => all.filter((mail) => mail.subject === subject).length === 3 && all.some(isDigestOf(ada.email)),
  );
  const immediate = mails.filter((mail) => mail.subject === subject);
  expect(immediate.map(({ address }) => address)).toEqual(Array(3).fill(homes.owner.email));
  await untilInbox(
    ada,
    (told) => told.filter(({ messageKey }) => messageKey === 'paymentFailed').length === 3,
  );
  await untilInbox(
    homes.units[0].resident,
    (told) => told.filter(({ entityType }) => entityType === 'Payment').length === 3,
  );
  const all = await untilMails(() => true);
  expect(all.filter(isDigestOf(ada.email))).toMatchObject([{ status: 'WAITING', text: null }]);
  expect(all.filter(({ messageKey }) => messageKey === 'notificationDigest')).toHaveLength(1);
});

test('64: an e-mail waits for the end of quiet hours', async () => {
  const value = { from: '00:00', until: '23:59', timeZone: 'Europe/Berlin' };
  const set = [{ path: 'notifications.quietHours', value }];
  const now = new Date();
  const isLastMinute = now.getMinutes() === 59;
  await mutate(gil, 'configUpdate', { input: { scope: 'USER', set } });
  await openedIncident(gil, 'At night');
  const [mail] = await untilMails(([first]) => first?.address === gil.email);
  if (!isLastMinute) expect(mail).toMatchObject({ status: 'WAITING', text: null });
});

describeOnPostgres('when an e-mail that has waited is sent', () => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = await theDatabaseAt(installation.app.config.databaseUrl ?? '');
  });

  afterAll(() => database.drop());

  test('64: digests and the quiet hours that others have set are on the own clocks of a user, its own quiet hours on theirs', async () => {
    const { id: tenantId } = await installation.aTenant('Initech');
    const anAdmin = () => installation.aUser('TENANT_ADMIN', { tenantId });
    const [far, own, plain] = [await anAdmin(), await anAdmin(), await anAdmin()];
    // Fourteen hours ahead of UTC all year: neither the zone of the quiet hours nor the default.
    for (const person of [far, own])
      await mutate(person, 'viewerUpdate', { input: { timeZone: 'Pacific/Kiritimati' } });
    const { owner, units } = await someHomes(installation, { id: tenantId } as typeof acme, 'Cedar');
    await aPayment(owner, { unitId: units[0].id, status: 'FAILED' });
    const timeOf = async ({ userId }: { userId: string }, messageKey: string) => {
      for (const deadline = Date.now() + PATIENCE_MS; ; ) {
        const found = await database.prisma.mailMessage.findFirst({ where: { userId, messageKey } });
        if (found?.tryAt) return found.tryAt.toISOString().slice(11, 16);
        if (Date.now() > deadline) throw new Error('The e-mail did not come.');
      }
    };
    expect(await timeOf(far, 'notificationDigest')).toBe('18:00');
    expect(await timeOf(plain, 'notificationDigest')).toBe('08:00');

    const quiet = (until: string, timeZone: string) => [
      { path: 'notifications.quietHours', value: { from: '00:00', until, timeZone } },
    ];
    const set = (who: Person, scope: string, given: object) =>
      mutate(who, 'configUpdate', { input: { scope, set: given } });
    await set(plain, 'TENANT', quiet('23:59', 'UTC'));
    await set(own, 'USER', quiet('23:59', 'Asia/Kolkata'));
    const minute = new Date().toISOString().slice(11, 16);
    // In the one minute of a day that is not quiet an e-mail is sent immediately.
    if (['09:58', '09:59', '18:28', '18:29', '23:58', '23:59'].includes(minute)) return;
    await openedIncident(plain, 'Far away');
    expect(await timeOf(far, 'notification')).toBe('09:59');
    expect(await timeOf(own, 'notification')).toBe('18:29');
    expect(await timeOf(plain, 'notification')).toBe('23:59');
  });

  test('64: it goes to the address that its user has then, and to no one who does not want it any more', async () => {
    const anAdmin = () => installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const [moved, never, none] = [await anAdmin(), await anAdmin(), await anAdmin()];
    const people = [moved, never, none];
    await aPayment(homes.owner, { unitId: homes.units[1].id, status: 'FAILED' });
    const of = (mails: Mail[], { email }: { email: string }) =>
      mails.filter(({ address }) => address === email);
    await untilMails((all) => people.every((person) => of(all, person).length === 1));
    const email = `new-${moved.email}`;
    await mutate(ada, 'userUpdate', { id: moved.userId, input: { email } });
    await prefer(never, { digest: 'NEVER' });
    await prefer(none, { paymentChannels: [] });
    const ids = people.map(({ userId }) => userId);
    await database.prisma.$executeRaw`
      UPDATE mail_message SET try_at = now() WHERE user_id = ANY(${ids}::uuid[]) AND try_at IS NOT NULL`;
    const mails = await untilMails((all) => of(all, { email })[0]?.status === 'KEPT');
    expect(of(mails, moved)).toEqual([]);
    const ended = await untilMails((all) =>
      [never, none].every((one) => of(all, one)[0]?.status !== 'WAITING'),
    );
    expect([never, none].map((one) => of(ended, one)[0]?.status)).toEqual(['DROPPED', 'DROPPED']);
  });
});
