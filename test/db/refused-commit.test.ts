import { expect, test } from '@jest/globals';
import { isRefusedCommit } from '../../src/db/refused-commit.ts';

const wrapped = (originalCode: string) => ({
  code: 'P2010',
  meta: { driverAdapterError: { cause: { originalCode } } },
});

test.each([
  ['a violated constraint that was deferred', { code: '23505' }],
  ['a deadlock, as the driver of Prisma passes it on', { cause: { originalCode: '40P01' } }],
  ['a refused statement, as Prisma wraps it', wrapped('57014')],
  ['the exception of a trigger', { code: 'P0001' }],
])('a COMMIT that PostgreSQL answers with %s is refused', (_what, error) => {
  expect(isRefusedCommit(error)).toBe(true);
});

test.each([
  ['the end of the server', { code: '57P01' }],
  ['the end of the connection, as Prisma wraps it', wrapped('08006')],
  ['a broken socket', { code: 'EPIPE' }],
  ['an error of Prisma', { code: 'P1017' }],
  ['an answer that did not come in time', new Error('Query read timeout')],
])('whether a COMMIT was written is not known after %s', (_what, error) => {
  expect(isRefusedCommit(error)).toBe(false);
});
