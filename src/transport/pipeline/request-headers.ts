import { v4 as uuidv4 } from 'uuid';

export const REQUEST_ID_HEADER = 'x-request-id';
const ACCEPTABLE_ID = /^[\w.-]{1,64}$/;

const generated = new WeakMap<object, string>();

/** Returns the id of an HTTP request: the one that a proxy gave it, if that is a plain word, or a generated one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get(REQUEST_ID_HEADER);
  if (given && ACCEPTABLE_ID.test(given)) return given;
  const id = generated.get(request) ?? uuidv4();
  generated.set(request, id);
  return id;
}

/** Returns the token of an `Authorization: Bearer …` value; null for anything else. */
export function bearerToken(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(value.trim())?.[1] ?? null;
}
