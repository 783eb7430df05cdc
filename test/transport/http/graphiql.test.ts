import { expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { schema } from '../../../src/schema.ts';
import { EXAMPLES, graphiqlPage } from '../../../src/transport/http/graphiql.ts';

test.each(EXAMPLES)('an example is valid: $query', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

test('the page loads nothing from other servers, and is rendered once', async () => {
  const page = graphiqlPage();
  const html = await page();
  const markup = html.replaceAll(/<(style|script)>[\s\S]*<\/\1>/g, '');
  expect(markup).toMatch(/^<!doctype html>/);
  expect(markup).not.toMatch(/https?:|src=|@import/);
  expect(html).not.toMatch(/unpkg\.com|jsdelivr|esm\.sh|googleapis/);
  expect(await page()).toBe(html);
});
