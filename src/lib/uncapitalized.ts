/** A text with its first letter in lower case, e.g. a field that is named after its type. */
export function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
