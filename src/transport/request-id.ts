import { v4 as uuidv4 } from 'uuid';

export const REQUEST_ID_HEADER = 'x-request-id';
const ACCEPTABLE = /^[\w.-]{1,64}$/;

const made = new WeakMap<object, string>();

/** The id of an HTTP request: the one a proxy gave it, if it is a plain word, or one of our own. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get(REQUEST_ID_HEADER);
  if (given && ACCEPTABLE.test(given)) return given;
  const id = made.get(request) ?? uuidv4();
  made.set(request, id);
  return id;
}
