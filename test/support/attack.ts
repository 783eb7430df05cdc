import type { Asking, RepeatedField } from './asked-together.ts';
import type { Variables } from './person.ts';
import type { Ids } from './schema-values.ts';
import type { RootField } from './schema-walk.ts';
import { type Attempt, differencesOf, type Foreign, leaksIn, variablesOf } from './wall-checker.ts';

/** The rows that an attack names: those of the other side, those of no table, and the attacker's own. */
export interface Sides {
  readonly theirs: Foreign;
  readonly nobodys: Ids;
  readonly own: Ids;
}

/** The arguments of a field, once about foreign rows and once about none; null if they name no row. */
export type Question = readonly [theirs: Variables, nobodys: Variables | null];

/** Asks a field in every way about foreign rows and about none, and lists what the answers reveal. */
export function attack(
  person: Asking,
  field: RepeatedField,
  attempts: readonly Attempt[],
  sides: Sides,
): Promise<string[]> {
  const about = (attempt: Attempt, ids: Ids) => variablesOf(field.root, attempt, ids, sides.own);
  const questions = attempts.map((attempt): Question => {
    const isForeign = attempt.foreign.size > 0;
    return [about(attempt, sides.theirs.ids), isForeign ? about(attempt, sides.nobodys) : null];
  });
  return compareAnswers(person, field, questions, sides);
}

/** Asks a field all questions, and lists what the answers reveal. */
export async function compareAnswers(
  person: Asking,
  field: RepeatedField,
  questions: readonly Question[],
  { theirs, nobodys }: Omit<Sides, 'own'>,
): Promise<string[]> {
  const made = questions.flatMap(([, aboutNobody]) => (aboutNobody ? [aboutNobody] : []));
  const [answers, others] = await Promise.all([
    field.ask(
      person,
      questions.map(([aboutThem]) => aboutThem),
    ),
    field.ask(person, made),
  ]);
  return questions.flatMap(([aboutThem, aboutNobody], at) => {
    const [answer, question] = [answers[at] as string, JSON.stringify(aboutThem)];
    const other = aboutNobody && (others[made.indexOf(aboutNobody)] as string);
    return [
      ...leaksIn(answer, question, theirs),
      ...(other === null ? [] : differencesOf([answer, theirs.ids], [other, nobodys])),
    ].map((fault) => `${field.root.field.name}(${question}) ${fault}`);
  });
}

/** Says whether an attempt acts on the attacker itself, which may be signed out by it: it is not asked with others. */
export function isOnOneself({ operation }: RootField, { foreign }: Attempt): boolean {
  return operation === 'mutation' && foreign.size === 0;
}
