/** The id that no row has. */
export const NO_ROW = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads a text that a client sent as the id of a row. A text that cannot be one names no row, so it becomes the id
 * that no row has: the client gets the answer for an unknown id, and the database is never asked to read it.
 */
export function asRowId(text: string): string {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : NO_ROW;
}
