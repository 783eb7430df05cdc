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
    const { errors } = withRetryStatus({ data: { signIn: null }, errors: [refusal(code), refusal(code)] });
    const http = { status, headers: { 'retry-after': '7' } };
    expect(errors?.map((error) => error.toJSON())).toEqual([
      { message: 'Wait.', path: ['signIn'], extensions: { code, retryAfter: 7, requestId: 'r', http } },
      { message: 'Wait.', path: ['signIn'], extensions: { code, retryAfter: 7, requestId: 'r' } },
    ]);
  });

  test('keeps its status beside another error: that operation may have been done, and a client would repeat it', () => {
    const result = { data: { planCreate: null, signIn: null }, errors: [forbidden, refusal('RATE_LIMITED')] };
    expect(withRetryStatus(result)).toBe(result);
  });

  test('keeps its status if something was done beside it, because a client that repeats it would repeat that', () => {
    const result = { data: { planCreate: {}, signIn: null }, errors: [refusal('RATE_LIMITED')] };
    expect(withRetryStatus(result)).toBe(result);
  });
});
