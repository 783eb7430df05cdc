/** Takes the token out of an `Authorization: Bearer …` value; null for anything else. */
export function bearerToken(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(value.trim())?.[1] ?? null;
}
