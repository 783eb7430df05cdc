import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { selectsFeedCursor } from '../../../src/transport/pipeline/snapshot-cursors.ts';

describe('the ends of feeds are read for a document', () => {
  test.each([
    '{ customers { feedCursor } }',
    '{ customers { at: feedCursor } }',
    '{ customers { ...At } } fragment At on CustomerConnection { feedCursor }',
    '{ customers { ... @include(if: true) { feedCursor } } }',
  ])('that selects feedCursor: %s', (document) => {
    expect(selectsFeedCursor(parse(document))).toBe(true);
  });

  test.each([
    '{ __typename } # feedCursor',
    '{ feedCursor: __typename }',
    '{ customers(filter: { company: { contains: "feedCursor" } }) { totalCount } }',
    'query feedCursor { __typename }',
  ])('and not for one that only has the word: %s', (document) => {
    expect(selectsFeedCursor(parse(document))).toBe(false);
  });
});
