import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import { LRUCache } from 'lru-cache';
import { refuseCertainFailures } from './certain-failures.ts';
import { costOf } from './condition-cost.ts';
import { ConditionFault } from './condition-fault.ts';
import { attributesNamedIn } from './named-attributes.ts';
import { withOwnFunctions, withoutOwnNames } from './own-functions.ts';
import { spellInNfc } from './spelling.ts';
import { countNodes } from './syntax-tree.ts';
import { refuseUnknownNames } from './unknown-names.ts';
import { environment, type Facts } from './vocabulary.ts';

/** A parsed and checked condition, with its cost. */
export interface Condition {
  /** The largest number of steps that one evaluation takes. */
  readonly cost: number;
  /** The number of nodes of its syntax tree. */
  readonly nodes: number;
  /** The attributes that it names or may name. */
  readonly attributeNames: readonly string[];
  /** Throws a ConditionFault if a part of it can never be evaluated. Conditions of earlier releases may have such a part. */
  requireEvaluable(): void;
  /** Evaluates it. Throws if the evaluation fails, e.g. because it compares an attribute that is missing. */
  holds(facts: Facts): boolean;
}

const MAX_CONDITION_LENGTH = 2_000;
/** About 1.5 milliseconds, measured with the costliest conditions that pass. */
const MAX_CONDITION_COST = 10_000;

/** Holds the enabled policies of one tenant at worst, and those of many usually, so that decisions rarely parse. */
const MAX_BYTES = 32 * 1_024 * 1_024;
/** Measured: a node of a parsed and checked condition, and the rest of it. */
const BYTES_OF_NODE = 320;
const BYTES_OF_CONDITION = 3_000;

/**
 * Bounded by the memory that the conditions take, because one of 2,000 characters can have 1 node or 500. The keys are
 * texts, not rows, so a changed policy never gets its old condition.
 */
const understood = new LRUCache<string, Condition>({
  maxSize: MAX_BYTES,
  sizeCalculation: ({ nodes }, text) => BYTES_OF_CONDITION + 2 * text.length + BYTES_OF_NODE * nodes,
});

/**
 * Parses and checks a condition in CEL. Throws a ConditionFault for one that does not parse, that is not boolean, that
 * uses an unsupported name or function, or that costs too much.
 */
export function readCondition(text: string): Condition {
  const known = understood.get(text);
  if (known) return known;
  if (text.length > MAX_CONDITION_LENGTH) {
    throw new ConditionFault(text, MAX_CONDITION_LENGTH, `at most ${MAX_CONDITION_LENGTH} characters.`);
  }
  const condition = understand(text);
  understood.set(text, condition);
  return condition;
}

function understand(text: string): Condition {
  const expression = parse(text);
  spellInNfc(expression.ast);
  const type = checkedType(text, expression);
  const cost = Math.ceil(costOf(expression.ast).steps);
  if (cost > MAX_CONDITION_COST) {
    const most = Number.isFinite(cost) ? String(cost) : 'far more';
    throw new ConditionFault(
      text,
      0,
      `the estimated cost of ${most} steps exceeds the limit of ${MAX_CONDITION_COST}.`,
    );
  }
  if (type !== 'bool') {
    throw new ConditionFault(
      text,
      0,
      `a condition is true or false, and this is ${type}: compare it with something.`,
    );
  }
  return {
    cost,
    nodes: countNodes(expression.ast),
    attributeNames: attributesNamedIn(expression.ast),
    requireEvaluable: () => refuseCertainFailures(expression.ast),
    holds(facts) {
      const answer: unknown = expression({ ...facts });
      if (typeof answer !== 'boolean') throw new Error('The condition is neither true nor false.');
      return answer;
    },
  };
}

/** The library throws an Error of its own where several operators fit, as for the elements of an empty list. */
function checkedType(text: string, { ast, check }: ReturnType<typeof parse>): string | undefined {
  const fault = (error: unknown) => {
    const known = faultOf(text, error);
    return known instanceof ConditionFault ? known : new ConditionFault(text, 0, AMBIGUOUS);
  };
  let checked: ReturnType<typeof check>;
  try {
    checked = withOwnFunctions(ast, () => check());
  } catch (error) {
    throw fault(error);
  }
  if (!checked.valid) throw fault(checked.error);
  return checked.type;
}

const AMBIGUOUS = 'its types are ambiguous: leave out an empty list or map, or write an element into it.';

function parse(text: string) {
  try {
    refuseUnknownNames(text);
    return environment.parse(text);
  } catch (error) {
    throw faultOf(text, error);
  }
}

function faultOf(text: string, error: unknown): unknown {
  const isOfText =
    error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
  if (!isOfText) return error;
  const what = withoutOwnNames(error.summary.replace(/\.$/, ''));
  return new ConditionFault(text, error.range?.start ?? 0, `${what}${MIXED.test(what) ? AS_DOUBLE : ''}.`);
}

/** CEL computes with two ints or with two doubles, and compares one with the other. */
const MIXED = /^no such overload: (int \S+ double|double \S+ int)$/;
const AS_DOUBLE = ': write a whole number beside a double as in 1.0, or convert it with double()';
