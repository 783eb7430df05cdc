/** A list in random order. */
export function shuffle<Item>(list: readonly Item[]): Item[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
