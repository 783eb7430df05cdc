import { expect, test } from '@jest/globals';
import { CATALOGUE, type KnownPath, knownPath } from '../../../src/configuration/catalogue/catalogue.ts';
import { adviser, type Disputed } from '../../../src/modules/config-conflicts/conflict-advice.ts';

const entryOf = (path: string) => knownPath(path) as KnownPath;
const [early, late] = [new Date(1_000), new Date(2_000)];

function disputed(theirs: object, ours: object): Disputed {
  return { base: {}, theirs, ours, theirsAt: early, oursAt: late } as Disputed;
}

test('advice is of the conflict alone: the same at any time, and of values that the path may have', () => {
  const conflict = disputed({ value: 13 }, { value: 16 });
  const entry = entryOf('auth.password.minLength');
  expect(adviser.suggest(entry, conflict)).toEqual(adviser.suggest(entry, conflict));
  const providers = entryOf('auth.providers.allowed');
  const apart = disputed({ value: ['PASSWORD'] }, { value: ['OIDC'] });
  const suggested = adviser.suggest(providers, apart);
  // Together they allow nothing, by which no user could sign in.
  expect(suggested.map(({ rationale }) => rationale.key)).toEqual(['BOTH_SETS', 'MORE_RECENT']);
});

test('a side that has set nothing is advised without a value, where it is the later one', () => {
  const withdrawn = { ...disputed({}, { value: 16 }), theirsAt: late, oursAt: early };
  expect(adviser.suggest(entryOf('auth.password.minLength'), withdrawn)).toMatchObject([
    { side: 'PLATFORM', value: undefined, rationale: { key: 'MORE_RECENT' } },
  ]);
});

test('of a secret there is no advice, whatever path it is', () => {
  for (const entry of CATALOGUE) {
    const secret = { ...entry, isSecret: true };
    expect(adviser.suggest(secret, disputed({ value: null }, { value: ['a'] }))).toEqual([]);
  }
});
