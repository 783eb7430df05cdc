/** The plural of an English noun, by the few rules that the names of entities need: "policies", "attributes". */
export function pluralOf(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
