import { invalidState } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';

const ERASURE = sentences('INVALID_STATE', {
  PERSON_ERASED: 'The person was erased: nothing brings it back.',
});

/** Refuses to change a row of a person who was erased; throws INVALID_STATE. The row must be locked. */
export function requireNotErased(row: object, ...path: string[]): void {
  if ('erasedAt' in row && row.erasedAt !== null) throw invalidState(ERASURE.PERSON_ERASED(), ...path);
}
