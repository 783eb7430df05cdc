import { expect, test } from '@jest/globals';

test('code of a test reads a global as a constant, not through the global object', () => {
  const original = Map;
  try {
    Object.assign(globalThis, { Map: Set });
    expect(Map).toBe(original);
  } finally {
    Object.assign(globalThis, { Map: original });
  }
});
