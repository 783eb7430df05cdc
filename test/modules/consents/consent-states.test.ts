import { expect, test } from '@jest/globals';
import { ConsentState } from '../../../src/generated/prisma/enums.ts';
import { consentStatesOf, stateAt } from '../../../src/modules/consents/consent-states.ts';

const END = new Date('2026-03-01T12:00:00.000Z');
const RIGHT_BEFORE = new Date(END.getTime() - 1);

test.each(Object.values(ConsentState))('a %s consent is read from the column as it was written', (state) => {
  const states = consentStatesOf([
    { purposeId: 'news', state, expiresAt: null },
    { purposeId: 'offers', state, expiresAt: END },
  ]);
  expect(stateAt(states, 'news', END)).toBe(state);
  expect(stateAt(states, 'offers', RIGHT_BEFORE)).toBe(state);
});

test('X: a consent is EXPIRED from its end on, to the millisecond, and a revoked one stays revoked', () => {
  const at = (state: ConsentState, now: Date) =>
    stateAt(consentStatesOf([{ purposeId: 'news', state, expiresAt: END }]), 'news', now);
  expect([at('GRANTED', RIGHT_BEFORE), at('GRANTED', END)]).toEqual(['GRANTED', 'EXPIRED']);
  expect(at('PENDING', END)).toBe('EXPIRED');
  expect(at('REVOKED', END)).toBe('REVOKED');
});

test('a purpose is not mistaken for one whose id begins with the same characters', () => {
  const states = consentStatesOf([{ purposeId: 'newsletter', state: 'GRANTED', expiresAt: null }]);
  expect(stateAt(states, 'news', END)).toBeNull();
});

test('the same consents are the same column, in whatever order they are read', () => {
  const one = { purposeId: 'a', state: 'GRANTED', expiresAt: null } as const;
  const other = { purposeId: 'b', state: 'REVOKED', expiresAt: null } as const;
  expect(consentStatesOf([one, other])).toEqual(consentStatesOf([other, one]));
});
