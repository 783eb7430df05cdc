/**
 * Declares that an argument or input field of type ID takes the id of a row that the type `name` shows. Tests that walk
 * the schema, e.g. to try ids of another tenant everywhere, read it from `extensions.idOf`.
 */
export function idOf(name: string): { readonly extensions: { readonly idOf: string } } {
  return { extensions: { idOf: name } };
}
