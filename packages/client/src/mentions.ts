/** Whether a result has an object of one of the entities, or a list of them. Caches ask for `__typename` everywhere. */
export function mentions(data: unknown, types: readonly string[]): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { __typename } = data as { __typename?: unknown };
  if (types.some((type) => __typename === type || __typename === `${type}Connection`)) return true;
  return Object.values(data).some((value) => mentions(value, types));
}
