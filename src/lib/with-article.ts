/** A type's name with its indefinite article: "a User", "an Account". */
export function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}
