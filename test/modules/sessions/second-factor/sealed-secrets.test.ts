import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { loadSecrets } from '../../../../src/config/secrets.ts';
import { SealedSecrets } from '../../../../src/modules/sessions/second-factor/sealed-secrets.ts';

const SECRET = randomBytes(20);
const OWNER = randomUUID();
const seal = new SealedSecrets(randomBytes(32));

test('a sealed secret with any bit flipped is refused', () => {
  const sealed = seal.seal(SECRET, OWNER);
  const opened = Array.from({ length: sealed.length * 8 }, (_, bit) => {
    const forged = Buffer.from(sealed);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return outcomeOf(() => seal.open(forged, OWNER));
  });
  expect(new Set(opened)).toEqual(new Set(['refused']));
  expect(opened).toHaveLength(48 * 8);
});

test.each([0, 11, 12, 27, 28, 47])('a sealed secret cut to %d bytes is refused', (length) => {
  const cut = seal.seal(SECRET, OWNER).subarray(0, length);
  expect(() => seal.open(cut, OWNER)).toThrow();
});

test('the sealed secret of one user opens nothing in the row of another', () => {
  expect(() => seal.open(seal.seal(SECRET, OWNER), randomUUID())).toThrow();
});

test('another key opens nothing', () => {
  expect(() => new SealedSecrets(randomBytes(32)).open(seal.seal(SECRET, OWNER), OWNER)).toThrow();
});

test('what was sealed for a user opens for the user, and looks different each time', () => {
  const [one, other] = [seal.seal(SECRET, OWNER), seal.seal(SECRET, OWNER)];
  expect(Buffer.from(seal.open(one, OWNER))).toEqual(SECRET);
  expect(Buffer.from(seal.open(other, OWNER))).toEqual(SECRET);
  expect(Buffer.from(one)).not.toEqual(Buffer.from(other));
});

test('the key is one of its own, and the same for ever: another one would shut out whoever has a second factor', async () => {
  const { secondFactors, ...others } = await loadSecrets({
    jwtSecret: 'correct horse battery staple, again',
    dataDir: '',
  });
  expect(Object.values(others).some((key: Buffer) => key.equals(secondFactors))).toBe(false);
  expect(secondFactors.toString('hex')).toMatchInlineSnapshot(
    `"8958839bcc8c68de476d00fccffa12aca3bebd7117a8b3b05357e1e1217e7819"`,
  );
});

function outcomeOf(open: () => unknown): string {
  try {
    open();
    return 'opened';
  } catch {
    return 'refused';
  }
}
