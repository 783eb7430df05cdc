/** Returns a whole number between two, at random: clients that receive different times do not come together. */
export function spread({ min, max }: { readonly min: number; readonly max: number }): number {
  return min + Math.floor(Math.random() * (max - min + 1));
}
