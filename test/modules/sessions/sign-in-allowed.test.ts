import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SignInRules } from '../../../src/configuration/layers/sign-in-rules.ts';
import {
  endOfSignIn,
  type SignInProof,
  signInRefusal,
} from '../../../src/modules/sessions/sign-in-allowed.ts';

const PROVIDERS = ['PASSWORD', 'GOOGLE', 'MICROSOFT', 'OIDC'] as const;
const time = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });

const proofs: fc.Arbitrary<SignInProof> = fc.record({
  provider: fc.constantFrom(...PROVIDERS),
  factor: fc.constantFrom('TOTP', 'OUTSIDE', null),
  authenticatedAt: time,
  renewedAt: time,
  expiresAt: time,
});

const rules: fc.Arbitrary<SignInRules> = fc.record({
  minLength: fc.integer({ min: 12, max: 128 }),
  requiredClasses: fc.constant([]),
  maxAgeDays: fc.constant(null),
  maxHours: fc.option(fc.integer({ min: 1, max: 8_760 })),
  idleMinutes: fc.option(fc.integer({ min: 15, max: 525_600 })),
  isFactorRequired: fc.boolean(),
  providers: fc.subarray([...PROVIDERS], { minLength: 1 }),
  since: fc.option(time),
  oidc: fc.constant(null),
});

/** The stricter of two limits. */
function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The later of two times from which on sign-ins count. */
function later(a: Date | null, b: Date | null): Date | null {
  return a && b ? new Date(Math.max(a.getTime(), b.getTime())) : (a ?? b);
}

test('rules that are stricter in any way allow nothing that was refused, and end nothing later', () => {
  fc.assert(
    fc.property(proofs, rules, rules, time, (proof, one, other, now) => {
      const both: SignInRules = {
        ...one,
        maxHours: smaller(one.maxHours, other.maxHours),
        idleMinutes: smaller(one.idleMinutes, other.idleMinutes),
        isFactorRequired: one.isFactorRequired || other.isFactorRequired,
        since: later(one.since, other.since),
        providers: one.providers.filter((provider) => other.providers.includes(provider)),
      };
      const refusals = [one, other].map((each) => signInRefusal(proof, each, now));
      expect(signInRefusal(proof, both, now) !== null).toBe(refusals.some((refusal) => refusal !== null));
      const ends = [one, other].map((each) => endOfSignIn(proof, each).getTime());
      expect(endOfSignIn(proof, both).getTime()).toBe(Math.min(...ends));
    }),
  );
});

test('no rules end a sign-in later than its stored end, and once it has ended it stays so', () => {
  fc.assert(
    fc.property(proofs, rules, time, fc.nat(), (proof, each, now, later) => {
      expect(endOfSignIn(proof, each) <= proof.expiresAt).toBe(true);
      const after = new Date(now.getTime() + later);
      if (signInRefusal(proof, each, now)) expect(signInRefusal(proof, each, after)).not.toBeNull();
    }),
  );
});

test('an outside token is of the one issuer and client that the rules name', () => {
  const oidc = { issuer: 'https://id.example.test', clientId: 'lockstep' };
  const now = new Date();
  const proof = {
    authenticatedAt: now,
    renewedAt: now,
    expiresAt: new Date(now.getTime() + 1),
    factor: null,
  };
  const under = {
    ...fc.sample(rules, 1)[0],
    isFactorRequired: false,
    providers: ['OIDC'],
    oidc,
  } as SignInRules;
  const outcome = (issuer: typeof oidc) => signInRefusal({ ...proof, provider: 'OIDC', issuer }, under, now);
  expect(outcome(oidc)).toBeNull();
  expect(outcome({ ...oidc, clientId: 'another' })).toBe('PROVIDER_NOT_ALLOWED');
  expect(outcome({ ...oidc, issuer: 'https://elsewhere.test' })).toBe('PROVIDER_NOT_ALLOWED');
});
