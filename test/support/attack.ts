import type { Asking, RepeatedField } from './asked-together.ts';
import type { Ids } from './schema-values.ts';
import type { RootField } from './schema-walk.ts';
import { type Attempt, differencesOf, type Foreign, leaksIn, variablesOf } from './wall-checker.ts';

/** The rows that an attack names: those of the other side, those of no table, and the attacker's own. */
export interface Sides {
  readonly theirs: Foreign;
  readonly nobodys: Ids;
  readonly own: Ids;
}

/** Asks a field in every way about foreign rows and about none, and lists what the answers reveal. */
export async function attack(
  person: Asking,
  field: RepeatedField,
  attempts: readonly Attempt[],
  { theirs, nobodys, own }: Sides,
): Promise<string[]> {
  const { root } = field;
  const foreign = attempts.filter((attempt) => attempt.foreign.size > 0);
  const questions = attempts.map((attempt) => variablesOf(root, attempt, theirs.ids, own));
  const made = foreign.map((attempt) => variablesOf(root, attempt, nobodys, own));
  const [answers, others] = await Promise.all([field.ask(person, questions), field.ask(person, made)]);
  return attempts.flatMap((attempt, at) => {
    const [answer, question] = [answers[at] as string, JSON.stringify(questions[at])];
    const other = others[foreign.indexOf(attempt)];
    return [
      ...leaksIn(answer, question, theirs),
      ...(other === undefined ? [] : differencesOf([answer, theirs.ids], [other, nobodys])),
    ].map((fault) => `${root.field.name}(${question}) ${fault}`);
  });
}

/** Says whether an attempt acts on the attacker itself, which may be signed out by it: it is not asked with others. */
export function isOnOneself({ operation }: RootField, { foreign }: Attempt): boolean {
  return operation === 'mutation' && foreign.size === 0;
}
