import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'ConsentNotice',
      needs: ['ConsentPurpose'],
      create: ({ ids, text }) => [
        'consentNoticePublish',
        { input: { purposeId: ids.ConsentPurpose, language: 'en', text: text() } },
      ],
    },
  ],
  async story({ run, another, ids, text }) {
    const next = { purposeId: ids.ConsentPurpose, language: 'en', text: text(), requiresConsentAgain: true };
    await run('consentNoticePublish', { input: next });
    const noticeId = await another('ConsentNotice');
    await run('consentNoticeTranslate', { input: { noticeId, language: 'de-CH', text: text() } });
  },
};
