import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { BusyAfterCommit, DatabaseBusy } from '../../src/core/requests/database-busy.ts';
import { Unanswered } from '../../src/core/requests/unanswered.ts';
import { errorPresenter } from '../../src/operations/present-errors.ts';
import { silentLog } from '../support/silent-log.ts';

const present = errorPresenter(silentLog, createMetrics(), 1_000);

/** The extensions that clients see of an error. */
function extensionsOf(originalError: Error) {
  const { errors } = present({ errors: [new GraphQLError('failed', { originalError })] }, 'request-1');
  return errors?.[0]?.extensions;
}

test('13: a busy database before the COMMIT of a mutation names the time after which it can be repeated', () => {
  expect(extensionsOf(new DatabaseBusy())).toMatchObject({ code: 'TRY_AGAIN', retryAfter: 2 });
});

test.each([
  ['a busy database', new BusyAfterCommit(), 'TRY_AGAIN'],
  ['a refusal that names a time', new DatabaseBusy(), 'TRY_AGAIN'],
  ['an unknown error', new Error('lost'), 'INTERNAL_SERVER_ERROR'],
])(
  '13: %s after the COMMIT of a mutation says that it is written, and names no time to repeat it after',
  (_what, cause, code) => {
    const extensions = extensionsOf(new Unanswered(cause, 'WRITTEN'));
    expect(extensions).toMatchObject({ code, mutation: 'WRITTEN' });
    expect(extensions).not.toHaveProperty('retryAfter');
  },
);
