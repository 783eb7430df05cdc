import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestApp } from '../support/app.ts';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  globex,
  grant,
  gwen,
  installation,
  manager,
  otherOwner,
  owner,
  publish,
  resident,
  STATE,
  setOnBehalf,
  steps,
  sue,
} from '../support/consent-stage.ts';
import { HeldRow } from '../support/held-row.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const CHANGED = `subscription ($tenantId: ID, $after: Cursor) { consentChanged(tenantId: $tenantId, after: $after) {
  __typename ... on ConsentUpdated { actor { kind name } changedFields consent { id state channel noticeVersion } } } }`;
const RECORDS =
  'query ($id: ID!) { consentHistory(id: $id) { nodes { step noticeVersion requiredNoticeVersion channel staffTeam actor { kind } expiresAt recordedAt } } }';
const PURPOSE =
  'query ($id: ID!) { consentPurpose(id: $id) { noticeVersion requiredNoticeVersion outdatedConsentCount } }';
const AGAIN = { requiresConsentAgain: true };

describeOnPostgres('a notice that requires consent again, on two nodes', () => {
  let node: TestApp;
  const url = String(installation.app.config.databaseUrl);
  const pool = new pg.Pool({ connectionString: url, max: 1 });

  beforeAll(async () => {
    node = await installation.anotherNode();
  });
  afterAll(() => pool.end());

  const purposeAs = async (who: Person, id: string) => (await who.run(PURPOSE, { id })).data.consentPurpose;

  /** Waits until no consent to a purpose waits for its renewal. */
  async function untilRenewed(purposeId: string): Promise<void> {
    while ((await purposeAs(ada, purposeId)).outdatedConsentCount > 0);
  }

  test('X L D: turns what was granted on older ones PENDING, each once, seen by its subject and the staff alone; what was revoked stays', async () => {
    const purposeId = await aPurpose({ validityDays: 365 });
    const { consentId: ofAlder } = await grant(owner, purposeId, { customerId: alder });
    const { consentId: ofManager } = await setOnBehalf(purposeId, { memberId: manager.userId });
    const { consentId: revoked } = await grant(resident, purposeId);
    await mutate(resident, 'consentRevoke', { id: revoked });
    const after = await ada.now(acme.id);
    const elsewhere = await gwen.now(globex.id);
    await publish(purposeId, ada, AGAIN);
    await untilRenewed(purposeId);

    const seen = async (who: Person, from = after, tenantId = acme.id) =>
      (await who.follow(CHANGED, { tenantId, after: from }).changesUntilCaughtUp()) as unknown[];
    const event = (id: string) => ({
      __typename: 'ConsentUpdated',
      actor: expect.objectContaining({ kind: 'SYSTEM' }),
      changedFields: expect.arrayContaining(['state']),
      consent: { id, state: 'PENDING', channel: 'SYSTEM', noticeVersion: 1 },
    });
    for (const staff of [ada, cleo, cleo.at(node)]) {
      const events = await seen(staff);
      expect(events).toHaveLength(2);
      expect(events).toEqual(expect.arrayContaining([event(ofAlder), event(ofManager)]));
    }
    expect(await seen(owner.at(node))).toEqual([event(ofAlder)]);
    expect(await seen(manager)).toEqual([event(ofManager)]);
    for (const other of [resident, otherOwner]) expect(await seen(other)).toEqual([]);
    expect(await seen(gwen, elsewhere, globex.id)).toEqual([]);
    expect((await sue.run(CHANGED, { tenantId: acme.id, after })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(await steps(revoked)).toEqual(['GRANT GRANTED', 'REVOKE REVOKED']);
    expect(await steps(ofAlder)).toEqual(['GRANT GRANTED', 'SUPERSEDE PENDING']);
  });

  test('the record of a renewal names the system and the notice, and the consent waits for 30 days', async () => {
    const purposeId = await aPurpose();
    const { consentId: id } = await setOnBehalf(purposeId);
    await publish(purposeId, ada, AGAIN);
    await untilRenewed(purposeId);
    const [first, second] = (await owner.ask(RECORDS, { id })).consentHistory.nodes;
    expect(first).toMatchObject({
      step: 'GRANT',
      staffTeam: 'CUSTOMER_SERVICE',
      requiredNoticeVersion: null,
    });
    expect(second).toMatchObject({
      step: 'SUPERSEDE',
      noticeVersion: 1,
      requiredNoticeVersion: 2,
      channel: 'SYSTEM',
      staffTeam: null,
      actor: { kind: 'SYSTEM' },
    });
    expect(Date.parse(second.expiresAt) - Date.parse(second.recordedAt)).toBe(30 * 86_400_000);
  });

  test('a consent that waits for the new notice is granted on it and on no other, confirmed where that is required, and lapses', async () => {
    const purposeId = await aPurpose({ requiresDoubleOptIn: true });
    const { consentId: id } = await grant(owner, purposeId);
    await mutate(owner, 'consentConfirm', { id });
    const lapsing = (await grant(manager, purposeId)).consentId;
    await mutate(manager, 'consentConfirm', { id: lapsing });
    await publish(purposeId, ada, AGAIN);
    await untilRenewed(purposeId);
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
    await grant(owner, purposeId, { noticeVersion: 2 });
    const { consent } = await mutate(owner, 'consentConfirm', { id }, STATE);
    expect(consent).toMatchObject({ state: 'GRANTED', noticeVersion: 2 });

    const EXPIRED = 'subscription ($after: Cursor) { consentExpired(after: $after) { consent { id } } }';
    const expired = manager.follow(EXPIRED, { after: await ada.now(acme.id) });
    await pool.query('UPDATE consent SET expires_at = now() WHERE id = $1', [lapsing]);
    await pool.query('UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = $1', [lapsing]);
    expect(await expired.take(1)).toEqual([{ consent: { id: lapsing } }]);
  });

  test('a version that does not require it, and a translation, ask no subject again', async () => {
    const purposeId = await aPurpose();
    const { consentId: early } = await grant(owner, purposeId);
    await publish(purposeId, ada, AGAIN);
    await untilRenewed(purposeId);
    const { consentId: id } = await grant(manager, purposeId, { noticeVersion: 2 });
    await grant(owner, purposeId, { noticeVersion: 2 });
    await publish(purposeId);
    expect(await purposeAs(ada, purposeId)).toEqual({
      noticeVersion: 3,
      requiredNoticeVersion: 2,
      outdatedConsentCount: 0,
    });
    // The schedule is written with the notice, so there is nothing to wait for.
    const other = await aPurpose();
    await grant(manager, other);
    await publish(other, ada, AGAIN);
    await untilRenewed(other);
    expect(await steps(id)).toEqual(['GRANT GRANTED']);
    expect(await steps(early)).toEqual(['GRANT GRANTED', 'SUPERSEDE PENDING', 'GRANT GRANTED']);
  });

  test('progress is for staff that may read consents', async () => {
    const purposeId = await aPurpose();
    const { consentId: id } = await grant(owner, purposeId);
    const held = await HeldRow.of(url, 'consent', id);
    await publish(purposeId, ada, AGAIN);
    for (const who of [ada, cleo.at(node)])
      expect(await purposeAs(who, purposeId)).toMatchObject({ outdatedConsentCount: 1 });
    for (const who of [sue, owner, resident])
      expect(await purposeAs(who, purposeId)).toMatchObject({
        requiredNoticeVersion: 2,
        outdatedConsentCount: null,
      });
    await held.release();
    await untilRenewed(purposeId);
  });

  test('A: a grant on the new notice that is given before the renewal stays GRANTED', async () => {
    const purposeId = await aPurpose();
    const { consentId: id } = await grant(owner, purposeId);
    const held = await HeldRow.of(url, 'consent', id);
    await publish(purposeId, ada, AGAIN);
    const granted = grant(owner.at(node), purposeId, { noticeVersion: 2 });
    await held.untilAwaited(1);
    await held.release();
    expect((await granted).consent).toMatchObject({ state: 'GRANTED', noticeVersion: 2 });
    while (await isScheduled(id));
    expect(await steps(id)).toEqual(['GRANT GRANTED', 'GRANT GRANTED']);
  });

  test.each(['consentGrant', 'consentConfirm'])(
    'A: a %s on the old notice that has begun is committed before the new one, and is renewed',
    async (mutation) => {
      const purposeId = await aPurpose({ requiresDoubleOptIn: mutation === 'consentConfirm' });
      const { consentId: id } = await grant(owner, purposeId);
      if (mutation === 'consentGrant') await mutate(owner, 'consentRevoke', { id });
      const held = await HeldRow.of(url, 'consent', id);
      const given =
        mutation === 'consentGrant'
          ? grant(owner, purposeId)
          : mutate(owner, 'consentConfirm', { id }, STATE);
      await held.untilAwaited(1);
      const published = publish(purposeId, ada, AGAIN);
      await held.untilAwaited(2);
      await held.release();
      expect((await given).consent).toMatchObject({ state: 'GRANTED', noticeVersion: 1 });
      await published;
      await untilRenewed(purposeId);
      expect((await steps(id)).slice(-2)).toEqual([
        mutation === 'consentGrant' ? 'GRANT GRANTED' : 'CONFIRM GRANTED',
        'SUPERSEDE PENDING',
      ]);
    },
  );

  /** Whether a consent is still scheduled for its renewal. */
  async function isScheduled(id: string): Promise<boolean> {
    const scheduled = `SELECT FROM due_work WHERE kind = 'consentRenewal' AND subject_id = $1`;
    return (await pool.query(scheduled, [id])).rows.length > 0;
  }
});
