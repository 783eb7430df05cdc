/** Takes an entry by number, beginning again after the last one: the same number always gives the same entry. */
export function pick<Entry>(list: readonly [Entry, ...Entry[]], number: number): Entry {
  return list[number % list.length] ?? list[0];
}
