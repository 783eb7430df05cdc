import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { withRetryStatus } from '../../../src/transport/pipeline/retry-status.ts';

const refusal = (code: string) =>
  new GraphQLError('Wait.', { path: ['signIn'], extensions: { code, retryAfter: 7, requestId: 'r' } });
const forbidden = new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } });

describe('an answer that refuses for a while', () => {
  test.each([
    ['RATE_LIMITED', 429],
    ['TRY_AGAIN', 503],
  ])('has the status of %s and says the seconds in a header', (code, status) => {
    const { errors = [] } = withRetryStatus({ data: { signIn: null }, errors: [forbidden, refusal(code)] });
    const http = { status, headers: { 'retry-after': '7' } };
    const found = errors.find(({ extensions }) => extensions.code === code);
    expect(found?.toJSON()).toEqual({
      message: 'Wait.',
      path: ['signIn'],
      extensions: { code, retryAfter: 7, requestId: 'r', http },
    });
    expect(errors).toContain(forbidden);
  });

  test('keeps its status if something was done beside it, because a client that repeats it would repeat that', () => {
    const result = { data: { planCreate: {}, signIn: null }, errors: [refusal('RATE_LIMITED')] };
    expect(withRetryStatus(result)).toBe(result);
  });
});
