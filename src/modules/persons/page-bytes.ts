/** The bytes of a page, as far as the database can tell; a larger row is a page of its own. */
export const PAGE_BYTES = 1_048_576;

/** Returns the ids of the first rows that fit a page together. */
export function idsWithinPage(rows: readonly { readonly id: string; readonly bytes: number }[]): string[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > PAGE_BYTES;
  });
  return (end === -1 ? rows : rows.slice(0, end)).map(({ id }) => id);
}
