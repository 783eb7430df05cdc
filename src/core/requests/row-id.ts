/** The id that no row has. */
export const NO_ROW = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads a text from a client as the id of a row. A text that is not a UUID becomes the id that no row has. So the
 * client gets the answer for an unknown id, and PostgreSQL never fails to parse it.
 */
export function asRowId(text: string): string {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : NO_ROW;
}
