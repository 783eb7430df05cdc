import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { loadSecrets } from '../../../../src/config/secrets.ts';
import { AesSecretCipher } from '../../../../src/modules/sessions/second-factor/aes-secret-cipher.ts';

const SECRET = randomBytes(20);
const OWNER = randomUUID();
const cipher = new AesSecretCipher(randomBytes(32));

test('an encrypted secret with any bit flipped is refused', () => {
  const encrypted = cipher.encrypt(SECRET, OWNER);
  const opened = Array.from({ length: encrypted.length * 8 }, (_, bit) => {
    const forged = Buffer.from(encrypted);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return outcomeOf(() => cipher.decrypt(forged, OWNER));
  });
  expect(new Set(opened)).toEqual(new Set(['refused']));
  expect(opened).toHaveLength(48 * 8);
});

test.each([0, 11, 12, 27, 28, 47])('an encrypted secret cut to %d bytes is refused', (length) => {
  const cut = cipher.encrypt(SECRET, OWNER).subarray(0, length);
  expect(() => cipher.decrypt(cut, OWNER)).toThrow();
});

test('the sealed secret of one user decrypts to nothing in the row of another', () => {
  expect(() => cipher.decrypt(cipher.encrypt(SECRET, OWNER), randomUUID())).toThrow();
});

test('another key decrypts to nothing', () => {
  expect(() => new AesSecretCipher(randomBytes(32)).decrypt(cipher.encrypt(SECRET, OWNER), OWNER)).toThrow();
});

test('a secret that was encrypted for a user decrypts for that user, and looks different each time', () => {
  const [one, other] = [cipher.encrypt(SECRET, OWNER), cipher.encrypt(SECRET, OWNER)];
  expect(Buffer.from(cipher.decrypt(one, OWNER))).toEqual(SECRET);
  expect(Buffer.from(cipher.decrypt(other, OWNER))).toEqual(SECRET);
  expect(Buffer.from(one)).not.toEqual(Buffer.from(other));
});

test('the key is one of its own, and the same for ever: another one would shut out every user who has a second factor', async () => {
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
