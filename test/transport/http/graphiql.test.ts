import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { schema } from '../../../src/schema.ts';
import { EXAMPLES, renderPage } from '../../../src/transport/http/graphiql.ts';

test.each(EXAMPLES)('an example is valid: $query', ({ query }) => {
  expect(validate(schema, parse(query))).toEqual([]);
});

test('the page loads nothing from other servers, and its policy allows its own scripts and no others', async () => {
  const { body, policy } = await renderPage();
  const html = body.toString();
  const markup = html.replaceAll(/<(style|script)>[\s\S]*<\/\1>/g, '');
  expect(markup).toMatch(/^<!doctype html>/);
  expect(markup).not.toMatch(/https?:|src=|@import/);
  expect(html).not.toMatch(/unpkg\.com|jsdelivr|esm\.sh|googleapis/);
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
  expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
});
