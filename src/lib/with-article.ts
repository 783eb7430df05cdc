/** A name or noun with its indefinite article: "a User", "an Account", "an attribute". */
export function withArticle(name: string): string {
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}
