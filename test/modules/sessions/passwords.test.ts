import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '@node-rs/argon2';
import { hashPassword, NOBODYS_HASH, verifyPassword } from '../../../src/modules/sessions/passwords.ts';

const OWASP = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

describe('passwords', () => {
  test('a wrong password is refused, the right one is not', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(await verifyPassword(hash, 'correct horse batterY')).toBe(false);
    expect(await verifyPassword(hash, 'correct horse battery')).toBe(true);
  });

  test('without a hash every password is wrong', async () => {
    expect(await verifyPassword(null, 'correct horse battery')).toBe(false);
  });

  test('a password is stored as Argon2id at the cost that OWASP asks for, with a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('the same'), hashPassword('the same')]);
    expect(one).toMatch(/^\$argon2id\$/);
    expect(parseOptions(one)).toMatchObject(OWASP);
    expect(one).not.toBe(other);
  });

  test('an unknown account costs as much as a known one', () => {
    expect(parseOptions(NOBODYS_HASH)).toMatchObject(OWASP);
  });

  test('a password may be typed on a keyboard that composes its letters in another way', async () => {
    const hash = await hashPassword('caf\u00e9 au lait');
    expect(await verifyPassword(hash, 'cafe\u0301 au lait')).toBe(true);
  });
});
