/** A name with its first letter in upper case, as types are named after fields. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
