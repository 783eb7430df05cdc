import { expect, test } from '@jest/globals';
import { parseValue as parseLiteral } from 'graphql';
import { MinorUnitsScalar } from '../../src/graph/schema/scalars.ts';

test('the amount -0 is 0, as a variable, in the document and in an answer', () => {
  expect(MinorUnitsScalar.parseValue(-0)).toBe(0);
  expect(MinorUnitsScalar.parseLiteral(parseLiteral('-0'))).toBe(0);
  expect(MinorUnitsScalar.serialize(-0)).toBe(0);
});
