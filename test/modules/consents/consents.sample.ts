import type { Place, RoomSample, Stage } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';

/** The will of the customer of a place, as staff note it. A refusal names no notice, so it can always be set. */
const onBehalf = (
  { ids, customerText }: Pick<Place, 'ids' | 'customerText'>,
  more: object = { state: 'REVOKED' },
) => ({
  customerId: ids.Customer,
  purposeId: ids.ConsentPurpose,
  evidenceKind: 'CALL',
  evidenceReference: customerText(),
  ...more,
});

async function publishAgain(stage: Stage): Promise<number> {
  const noticeId = await stage.another('ConsentNotice');
  const asked = 'query ($id: ID!) { consentNotice(id: $id) { noticeVersion } }';
  return (await stage.root.ask(asked, { id: noticeId })).consentNotice.noticeVersion;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Consent',
      needs: ['Customer', 'ConsentNotice'],
      // A subject has one consent to a purpose, so there is one in a place, however often it is set.
      create: (place) => ['consentSetOnBehalf', { input: onBehalf(place) }],
    },
    {
      type: 'ConsentRecord',
      needs: ['Consent'],
      async find({ ids }, root) {
        const asked = 'query ($id: ID!) { consentHistory(id: $id, first: 1) { nodes { id } } }';
        return (await root.ask(asked, { id: ids.Consent })).consentHistory.nodes[0].id;
      },
    },
  ],
  async story(stage) {
    const { ids, run, root } = stage;
    const { person } = await aMember(stage, 'OWNER');
    const purposeId = ids.ConsentPurpose;
    const shown = { purposeId, noticeVersion: await publishAgain(stage), language: 'en' };
    const granted = { state: 'GRANTED', noticeVersion: shown.noticeVersion, language: 'en' };
    const { consentId: id } = await run('consentGrant', { input: shown }, person, 'consentId');
    await run('consentRevoke', { id }, person);
    await run('consentPurposeUpdate', { id: purposeId, input: { requiresDoubleOptIn: true } });
    await run('consentGrant', { input: shown }, person);
    await run('consentConfirm', { id }, person);
    await run('consentSetOnBehalf', { input: onBehalf(stage, granted) }, root);
    await run('consentRefuse', { input: { purposeId, customerId: ids.Customer } }, person);
    // Last, so that a consent names the team of the staff that changed it.
    await run('consentSetOnBehalf', { input: onBehalf(stage, granted) }, root);
    await run('consentPurposeUpdate', { id: purposeId, input: { requiresDoubleOptIn: false } });
  },
  randomWrites: {
    // Not `plain`: the contact for a purpose is that of the moment, so it is shown as part of other rows.
    linked: [
      ({ owner, attempt, places, dice }) => {
        const { ids } = dice.pick(places);
        const subject = {
          purposeId: ids.ConsentPurpose,
          ...dice.pick([{}, { customerId: places[0]?.ids.Customer }]),
        };
        const shown = { noticeVersion: dice.pick([1, 2, 3]), language: 'en' };
        return dice.chance(60)
          ? attempt('consentGrant', { input: { ...subject, ...shown } }, owner)
          : attempt('consentRefuse', { input: subject }, owner);
      },
    ],
  },
};
