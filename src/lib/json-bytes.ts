/**
 * Returns the bytes that a value has as JSON, without the backslashes of escaped characters. Stops at the limit, so
 * that measuring a value that is far too large costs no more than measuring one that is just too large.
 */
export function jsonBytes(value: unknown, limit: number): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value) + 2;
    case 'object':
      if (value === null) return 4;
      if (value instanceof Date) return 26;
      return Array.isArray(value) ? arrayBytes(value, limit) : objectBytes(value, limit);
    default:
      return String(value).length;
  }
}

function arrayBytes(values: readonly unknown[], limit: number): number {
  let bytes = 2;
  for (const value of values) {
    bytes += jsonBytes(value, limit - bytes) + 1;
    if (bytes > limit) break;
  }
  return bytes;
}

function objectBytes(object: object, limit: number): number {
  let bytes = 2;
  for (const [name, value] of Object.entries(object)) {
    bytes += Buffer.byteLength(name) + 4 + jsonBytes(value, limit - bytes);
    if (bytes > limit) break;
  }
  return bytes;
}
