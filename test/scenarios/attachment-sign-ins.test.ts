import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { announce, attach, linkTo, put } from '../support/attached.ts';
import { exportLinkFor } from '../support/downloaded.ts';
import type { TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const issuer = await TestIssuer.start();
const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } }, issuer.settings);
const { url } = installation.app;
const PERMISSIONS = ['customers:read', 'messages:read', 'messages:write'];

let customerId: string;
let attachmentId: string;

beforeAll(async () => {
  customerId = await installation.aCustomer(acme.id);
  attachmentId = await attach(ada, { customerId }, 'a.txt', 'abc');
});

afterAll(() => issuer.stop());

async function statusOf(path: string): Promise<number> {
  const answer = await fetch(`${url}${path}`);
  await answer.arrayBuffer(); // one export of a user runs at a time
  return answer.status;
}

/** Links to a file and to an export, and both statuses. */
async function linksOf(by: Person) {
  const paths = [await linkTo(by, attachmentId), await exportLinkFor(by, { customerId })];
  return () => Promise.all(paths.map(statusOf));
}

/** A user with a token of the outside issuer. */
async function outsider(): Promise<{ user: TestUser; sid: string; subject: string; person: Person }> {
  const user = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const [sid, subject] = [crypto.randomUUID(), crypto.randomUUID()];
  const claims = { sid, email: user.email, email_verified: true };
  const person = new Person(url, await issuer.token(subject, claims));
  await person.ask('{ viewer { id } }');
  return { user, sid, subject, person };
}

test('76 72 X: links end with the logout at an outside issuer, with a sign-out everywhere, and with the binding', async () => {
  const [logged, everywhere, unbound] = [await outsider(), await outsider(), await outsider()];
  const links = await Promise.all([logged, everywhere, unbound].map(({ person }) => linksOf(person)));
  const statuses = () => Promise.all(links.map((ask) => ask()));
  const token = await issuer.logoutToken({ sub: logged.subject, sid: logged.sid });
  const body = new URLSearchParams({ logout_token: token });
  const open = [200, 200];
  expect(await statuses()).toEqual([open, open, open]);
  expect((await fetch(`${url}/oidc/backchannel-logout`, { method: 'POST', body })).status).toBe(200);
  expect(await statuses()).toEqual([[403, 404], open, open]);
  await mutate(everywhere.person, 'signOutEverywhere', {});
  expect(await statuses()).toEqual([[403, 404], [403, 404], open]);
  const { userId } = unbound.user;
  const { userIdentities } = await ada.ask('query ($userId: ID) { userIdentities(userId: $userId) { id } }', {
    userId,
  });
  await mutate(ada, 'userIdentityUnbind', { id: userIdentities[0].id });
  expect(await statuses()).toEqual([
    [403, 404],
    [403, 404],
    [403, 404],
  ]);
});

test('76 X: a link that was made with the older secret of an API token ends with that secret', async () => {
  const { id, client } = await anApiToken(ada, url, PERMISSIONS);
  const link = await linkTo(client, attachmentId);
  expect(await statusOf(link)).toBe(200);
  const { secret } = await mutate(ada, 'apiTokenRotate', { id, overlapMinutes: 0 }, 'secret');
  expect(await statusOf(link)).toBe(403);
  expect(await statusOf(await linkTo(new Person(url, secret), attachmentId))).toBe(200);
});

/** A body of which the first bytes are sent, and the others when the test says so. */
function inTwoParts() {
  let rest = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from('abc'));
      rest = () => {
        controller.enqueue(Buffer.from('def'));
        controller.close();
      };
    },
  });
  return { stream: stream as unknown as BodyInit, rest: () => rest() };
}

const RUNNING = 'subscription ($id: ID!) { uploadProgressed(attachmentId: $id) { receivedBytes } }';

/** Begins an upload, does something in the middle, and gives the status of the answer. */
async function putAround(by: Person, middle: () => Promise<unknown>): Promise<number> {
  const id = await announce(by, { customerId, name: 'b.txt', sizeBytes: 6 });
  const seen = ada.follow(RUNNING, { id });
  const { stream, rest } = inTwoParts();
  const answer = put(by, id, stream);
  expect(await seen.event()).toMatchObject({ receivedBytes: 3 });
  await seen.close();
  await middle();
  rest();
  return (await answer).status;
}

test('76 X: a service account uploads with its API token; one that is revoked, and a sign-out in the middle, refuse the file', async () => {
  const email = `${crypto.randomUUID()}@lockstep.test`;
  const account = { name: 'Robot', email, role: 'SUPPORT', isServiceAccount: true };
  const { userId } = await mutate(ada, 'userCreate', { input: account }, 'userId');
  const robot = await anApiToken(ada, url, PERMISSIONS, { userId });
  const id = await announce(robot.client, { customerId, name: 'c.txt', sizeBytes: 3 });
  expect((await put(robot.client, id, 'abc')).status).toBe(201);
  expect(await putAround(robot.client, async () => {})).toBe(201);
  expect(await putAround(robot.client, () => mutate(ada, 'apiTokenRevoke', { id: robot.id }))).toBe(404);
  const leaving = await installation.aUser('SUPPORT', { tenantId: acme.id });
  expect(await putAround(leaving, () => mutate(leaving, 'signOut', {}))).toBe(404);
});

test('76: an upload whose sign-in ends is refused while its client still sends', async () => {
  const leaving = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const id = await announce(leaving, { customerId, name: 'd.txt', sizeBytes: 50_000_000 });
  const seen = ada.follow(RUNNING, { id });
  // As slow as a client whose bytes come a few at a time: the whole would take minutes.
  const slow = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(Buffer.from('abc')),
  });
  const answer = put(leaving, id, slow as unknown as BodyInit);
  await seen.event();
  await seen.close();
  await mutate(leaving, 'signOut', {});
  expect(await answer).toMatchObject({ status: 404, rule: 'NO_SUCH_UPLOAD' });
});
