// A spreadsheet calculates a cell that begins like a formula. An apostrophe before it makes it a text, and one that stood
// there gets another one: so the guard is undone exactly. Numbers are no texts and are never changed.

const GUARDED = /^['=+\-@\t\r]/;

/** Guards a text of a CSV file against being calculated. */
export function guarded(text: string): string {
  return GUARDED.test(text) ? `'${text}` : text;
}

/** Takes the guard off a text that `guarded` has given. */
export function unguarded(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}
