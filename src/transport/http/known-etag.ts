/** Whether a client has the present document already; caches on the way may have made its tag a weak one. */
export function isKnown(given: string | undefined, etag: string): boolean {
  const tags = given?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
