import { isEnumType } from 'graphql';
import type { Variables } from './person.ts';
import { rowTypes } from './samples.ts';
import { type Ids, idFor, isIdentity, valueFor } from './schema-values.ts';
import { argumentsOf, filledLeaves, type Leaf, optionalLeaves, type RootField } from './schema-walk.ts';

/** One way of filling the arguments of a field: the chosen leaves, the foreign ids among them, and the enum values. */
export interface Attempt {
  readonly chosen: readonly string[];
  readonly foreign: ReadonlySet<string>;
  readonly enums: ReadonlyMap<string, string>;
}

/**
 * All the ways in which a field's arguments are filled: the required leaves alone, each optional leaf beside them, and
 * the optional ids together; all ids are foreign, or one is while the others are one's own; every value of every enum
 * outside of filters. A leaf that cannot change whose rows are meant is not tried again and again: one operator of a
 * filter's column is enough beside the ids, and the texts and numbers of a mutation are given together. Where several
 * optional ids are chosen, the values of enums take turns: each was tried with each of the ids already.
 */
export function attemptsOn(root: RootField): Attempt[] {
  const optional = telling(optionalLeaves(root).filter((leaf) => !isSweeping(root, leaf)));
  const ids = optional
    .filter((leaf) => isIdentity(leaf) && !leaf.path.startsWith('filter'))
    .map(({ path }) => path);
  const pairs = ids.flatMap((one, index) => ids.slice(index + 1).map((other) => [one, other]));
  const sets = [[], ...alone(root, optional), ...pairs, ...(ids.length > 2 ? [ids] : [])];
  return sets.flatMap((chosen, turn) => {
    const leaves = filledLeaves(root, chosen);
    // The combination of an enum's value with a text or a number cannot change whose rows are meant.
    const isAboutRows = chosen.every((path) =>
      leaves.some((leaf) => leaf.path === path && (isIdentity(leaf) || isEnumType(leaf.type))),
    );
    const choices = isAboutRows
      ? enumChoices(leaves.filter(({ path }) => !isFilter(path)))
      : [new Map<string, string>()];
    return foreignSets(leaves).flatMap((foreign, at) => {
      const taken = takeTurns(chosen, leaves) ? [choices[(turn + at) % choices.length] ?? NONE] : choices;
      return taken.map((enums) => ({ chosen, foreign, enums }));
    });
  });
}

const NONE: Attempt['enums'] = new Map();

/** A role decides which ids of a place a user needs, so each is tried with all sets of ids. */
function takeTurns(chosen: readonly string[], leaves: readonly Leaf[]): boolean {
  return chosen.length > 1 && !leaves.some(({ type }) => type.name === 'Role');
}

/** The optional leaves that are filled one at a time. The plain values of a mutation are filled together. */
function alone({ operation }: RootField, optional: readonly Leaf[]): string[][] {
  const isPlain = (leaf: Leaf) =>
    operation === 'mutation' && !isIdentity(leaf) && !isEnumType(leaf.type) && !isFilter(leaf.path);
  const plain = optional.filter(isPlain).map(({ path }) => path);
  const others = optional.filter((leaf) => !isPlain(leaf)).map(({ path }) => [path]);
  return plain.length > 0 ? [...others, plain] : others;
}

function isFilter(path: string): boolean {
  return path.startsWith('filter.');
}

/** Operators by how many rows they match with the values of the walk, beginning with the most. */
const OPERATORS = ['contains', 'startsWith', 'has', 'gt', 'gte', 'in', 'equals', 'lt', 'lte'];
/** They match all rows of one's own, so they reveal nothing, and a bulk job would delete the users of the walk. */
const NEGATIONS = /\.not(In|Equals)$/;
const JOINT = /^filter\.(and|or|not)\./;

/** The leaves that can reveal something of their own: see `attemptsOn`. */
function telling(leaves: readonly Leaf[]): Leaf[] {
  const best = bestOperators(leaves);
  const isDirected = leaves.some(({ path }) => path === 'orderBy.direction');
  const outside = leaves.filter(({ path }) => !isFilter(path) && !(isDirected && path === 'orderBy.field'));
  const inside = leaves.filter((leaf) => isFilter(leaf.path) && isTried(leaf, best));
  return [...outside, ...inside.filter((leaf) => !JOINT.test(leaf.path)), ...inJoints(inside)];
}

/** Says whether a leaf of a filter is tried: for each column the operator that matches most rows, for the id both. */
function isTried(leaf: Leaf, best: ReadonlyMap<string, Leaf>): boolean {
  if (NEGATIONS.test(leaf.path)) return false;
  return leaf.path.startsWith('filter.id.') || rank(leaf) < 0 || best.get(columnOf(leaf)) === leaf;
}

function bestOperators(leaves: readonly Leaf[]): Map<string, Leaf> {
  const best = new Map<string, Leaf>();
  for (const leaf of leaves.filter((one) => rank(one) >= 0)) {
    const found = best.get(columnOf(leaf));
    if (!found || rank(leaf) < rank(found)) best.set(columnOf(leaf), leaf);
  }
  return best;
}

/** The first id and the first text in `and`, `or` and `not`: the same code takes apart all that they contain. */
function inJoints(leaves: readonly Leaf[]): Leaf[] {
  const first = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const [, joint] = JOINT.exec(leaf.path) ?? [];
    const kind = isIdentity(leaf) ? 'id' : leaf.path.endsWith('.contains') ? 'text' : null;
    const title = `${joint} ${kind}`;
    if (joint && kind && !first.has(title)) first.set(title, leaf);
  }
  return [...first.values()];
}

function rank({ path }: Leaf): number {
  return OPERATORS.indexOf(path.slice(path.lastIndexOf('.') + 1));
}

function columnOf({ path }: Leaf): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** A mutation that chooses its rows by a filter would find the walkers themselves, so it gets only ids to choose by. */
function isSweeping({ operation }: RootField, { path }: Leaf): boolean {
  return operation === 'mutation' && path.startsWith('filter.') && !/^filter\.((and|or)\.)?id\./.test(path);
}

/** The attempts without a filter within a filter, for walks that need not try the code that takes it apart again. */
export function plainAttemptsOn(root: RootField): Attempt[] {
  return attemptsOn(root).filter(({ chosen }) => !chosen.some((path) => /\.(and|or|not)\./.test(path)));
}

function foreignSets(leaves: readonly Leaf[]): Set<string>[] {
  const ids = leaves.filter(isIdentity).map(({ path }) => path);
  return ids.length < 2 ? [new Set(ids)] : [new Set(ids), ...ids.map((path) => new Set([path]))];
}

function enumChoices(leaves: readonly Leaf[]): Map<string, string>[] {
  const choices = leaves.flatMap(({ path, type }) =>
    isEnumType(type) ? type.getValues().map(({ name }) => new Map([[path, name]])) : [],
  );
  return choices.length > 0 ? choices : [new Map()];
}

/** Fills the arguments: foreign leaves with `theirs`, other ids with `own`. */
export function variablesOf(root: RootField, attempt: Attempt, theirs: Ids, own: Ids): Variables {
  return argumentsOf(root, attempt.chosen, (leaf) =>
    isIdentity(leaf)
      ? idFor(leaf, attempt.foreign.has(leaf.path) ? theirs : own)
      : valueFor(leaf, attempt.enums.get(leaf.path)),
  );
}

/** Ids of no row, in the form of real ones. */
export function idsOfNobody(): Ids {
  const ids = Object.fromEntries(rowTypes.map((type) => [type, crypto.randomUUID()]));
  return { ...ids, cursor: 'bm90IGEgY3Vyc29y' };
}

/** The part of one tenant that another must never see. */
export interface Foreign {
  readonly canary: string;
  readonly rowIds: readonly string[];
  readonly ids: Ids;
}

/** Lists what an answer reveals of another tenant that was not in the question. */
export function leaksIn(said: string, question: string, { canary, rowIds }: Foreign): string[] {
  // The item of a job contains the id that a user of the own tenant once sent, whether or not a row has it.
  const answer = said.replace(/"targetId":"[^"]*"/g, '');
  const named = rowIds.filter((id) => answer.includes(id) && !question.includes(id));
  return [
    ...(answer.includes(canary) ? ['shows a text of the other tenant'] : []),
    ...named.map((id) => `names ${id}`),
  ];
}

// The error of an unfair question is the walk's fault, not the wall's, and an accidental failure hides a leak.
const MISTAKES = /GRAPHQL_\w+_FAILED|QUERY_TOO_COMPLEX|INTERNAL_SERVER_ERROR|got invalid value|RATE_LIMITED/;

/** Compares the answers to one question, about the other tenant's ids and about ids of no row, and lists the faults. */
export function differencesOf(
  [theirs, ofTheirs]: readonly [answer: string, ids: Ids],
  [nobodys, ofNobody]: readonly [answer: string, ids: Ids],
): string[] {
  const mistake = MISTAKES.exec(theirs) ?? MISTAKES.exec(nobodys);
  if (mistake) return [`was refused as no fair question: ${mistake[0]} in ${theirs}`];
  const same = withoutIds(theirs, ofTheirs) === withoutIds(nobodys, ofNobody);
  return same ? [] : [`tells the other tenant's ids from made-up ones: ${theirs} against ${nobodys}`];
}

/** The parts of an answer that differ every time, and those that tell how far a bulk job has come. */
const CHANCE =
  /"requestId":"[^"]*"|"decidedAt":"[^"]*"|"(done|failed|succeeded)Count":\d+|"(started|completed)At":(null|"[^"]*")|"status":"(QUEUED|RUNNING|COMPLETED)"/g;

/** The answer without the parts that differ every time: ids, also those of the question, times and cursors. */
function withoutIds(answer: string, ids: Ids): string {
  const bare = withErrorsInOrder(answer)
    .replace(CHANCE, '')
    .replaceAll(ids.cursor, '<id>')
    .replace(/"(cursor|feedCursor|startCursor|endCursor)":"[\w-]+"/g, '"$1":"<id>"');
  return bare
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

/** Sorts errors: fields are resolved concurrently, so the order in which they are refused is random. */
export function withErrorsInOrder(answer: string): string {
  const inOrder = (_key: string, value: unknown) =>
    Array.isArray(value) && value.every((one) => one?.extensions && one.message)
      ? value.toSorted((one, other) =>
          JSON.stringify(one.path ?? []).localeCompare(JSON.stringify(other.path ?? [])),
        )
      : value;
  return answer
    .split('\n')
    .map((line) => (line ? JSON.stringify(JSON.parse(line), inOrder) : ''))
    .join('\n');
}
