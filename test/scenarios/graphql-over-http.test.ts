import { expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { aStage } from '../support/stage.ts';

const { installation } = await aStage({});

test('every audit of the GraphQL over HTTP specification passes, the optional ones too', async () => {
  const results = await auditServer({ url: `${installation.app.url}/graphql` });
  expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
});
