/** The parts of an error of PostgreSQL that are sentences, in the spelling of the driver and of Prisma. */
const SENTENCES = ['message', 'detail', 'hint', 'where', 'internalQuery', 'originalMessage'];
/**
 * The classes of SQLSTATE whose sentences speak of connections, transactions, schemas and resources: an operator needs
 * them, and they repeat no value. Sentences of all others, e.g. of a constraint, can.
 */
const OF_OPERATION = ['08', '25', '28', '40', '42', '53', '55', '57', '58'];
const MAX_DEPTH = 6;
const REPLACEMENT = '[said by the database]';

/** Returns the sentences of PostgreSQL in an error and its causes that can repeat values of rows. */
export function databaseTexts(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return [];
  const parts = error as Readonly<Record<string, unknown>>;
  // The message and the cause of an error are no enumerable properties.
  const inner = [...Object.values(parts), parts.cause].flatMap((part) => databaseTexts(part, depth + 1));
  const state = parts.originalCode ?? parts.code;
  const isOfDatabase = typeof parts.severity === 'string' || typeof parts.originalMessage === 'string';
  if (!isOfDatabase || OF_OPERATION.includes(String(state).slice(0, 2))) return inner;
  const own = SENTENCES.map((name) => parts[name]).filter((text) => typeof text === 'string' && text !== '');
  return [...(own as string[]), ...inner];
}

/** Replaces such sentences in a text that may contain them, such as a message around them or a stack. */
export function withoutTexts(text: string, said: readonly string[]): string {
  return said.reduce((rest, sentence) => rest.replaceAll(sentence, REPLACEMENT), text);
}
