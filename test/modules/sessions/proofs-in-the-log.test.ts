import { expect, test } from '@jest/globals';
import { signIn, TEST_PASSWORD } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const NEXT_PASSWORD = 'the next good test password';
const LOG = `query ($id: ID!) { auditLog(filter: { entityId: { equals: $id }, action: { equals: UPDATED } }) {
  nodes { changedFields actor { id } } } }`;
const TIMES = 'query ($id: ID!) { user(id: $id) { passwordChangedAt secondFactorEnrolledAt } }';

const { installation, acme, admin, support } = await aStage({
  acme: { admin: 'TENANT_ADMIN', support: 'SUPPORT' },
});

/** A user who has done what `act` does, with a password that was never changed before. */
async function whoDid(act: (who: Person) => Promise<unknown>): Promise<{ id: string; who: Person }> {
  const { userId: id, email } = await installation.aUser('CSR', { tenantId: acme.id });
  const who = new Person(installation.app.url, await signIn(installation.app.url, email, TEST_PASSWORD));
  await act(who);
  return { id, who };
}

const changePassword = (who: Person) => {
  const input = { currentPassword: TEST_PASSWORD, newPassword: NEXT_PASSWORD };
  return mutate(who, 'passwordChange', { input });
};
const enrol = (who: Person) => mutate(who, 'totpEnroll', { input: { password: TEST_PASSWORD } });

test.each([
  ['changed the password', changePassword, 'passwordChangedAt'],
  ['set up an authenticator', enrol, 'secondFactorEnrolledAt'],
])(
  'X: the audit log shows that a user has %s to viewers who may read permissions',
  async (_what, act, field) => {
    const { id, who } = await whoDid(act);
    const entries = async (reader: Person) => (await reader.ask(LOG, { id })).auditLog.nodes;
    expect(await entries(support)).toEqual([{ changedFields: [], actor: { id } }]);
    expect(await entries(admin)).toEqual([{ changedFields: [field], actor: { id } }]);

    const times = { passwordChangedAt: null, secondFactorEnrolledAt: null, [field]: expect.any(String) };
    const hidden = { passwordChangedAt: null, secondFactorEnrolledAt: null };
    expect((await support.run(TIMES, { id })).data.user).toEqual(hidden);
    for (const reader of [admin, who]) expect((await reader.ask(TIMES, { id })).user).toEqual(times);
  },
);

test('a wrong password changes nothing, and adds no entry', async () => {
  const { id } = await whoDid(async (who) => {
    const input = { currentPassword: 'a wrong password', newPassword: NEXT_PASSWORD };
    const { userErrors } = (
      await who.run(
        'mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) { userErrors { code } } }',
        { input },
      )
    ).data.passwordChange;
    expect(userErrors).toEqual([{ code: 'INVALID_INPUT' }]);
  });
  expect((await admin.ask(LOG, { id })).auditLog.nodes).toEqual([]);
});
