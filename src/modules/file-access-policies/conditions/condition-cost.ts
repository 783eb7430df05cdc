import type { ASTNode, BinaryOperator } from '@marcbachmann/cel-js';
import { ConditionFault } from './condition-fault.ts';
import { type Costs, FUNCTIONS, METHODS } from './function-costs.ts';
import {
  concatenation,
  join,
  joinAll,
  list,
  map,
  nestingOf,
  SCALAR,
  type Shape,
  stepsOfChars,
  stepsToRead,
  text,
} from './shape.ts';
import { SHAPES } from './vocabulary.ts';

/** The shapes of the names in scope: those of the vocabulary and the variables of the enclosing comprehensions. */
type Scope = Readonly<Record<string, Shape>>;

type Node<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

/**
 * Estimates the largest number of steps that an expression takes, for any user and any file. A step is one node
 * evaluated, one element read, or ten characters read. Throws a ConditionFault for an unsupported name or function.
 *
 * The estimate is a worst case over sizes, not over values: both sides of `||` count, and a comprehension counts its
 * body as often as its range can have elements. So nested comprehensions multiply, and an expression that doubles a
 * text or a list doubles the cost of every expression that reads the result.
 */
export function costOf(node: ASTNode, scope: Scope = SHAPES): Costs {
  switch (node.op) {
    case 'value':
      return { steps: 1, shape: shapeOfLiteral(node.args) };
    case 'id':
      return { steps: 1, shape: scope[node.args] ?? unknownVariable(node, node.args) };
    case '.':
    case '.?':
      return field(node, scope);
    case '[]':
    case '[?]':
      return element(node, scope);
    case 'call':
      return call(node, scope);
    case 'rcall':
      return COMPREHENSIONS.has(node.args[0]) ? comprehension(node, scope) : method(node, scope);
    case 'list':
      return shallow(
        node,
        together(node.args, scope, (shapes) => list(shapes.length, joinAll(shapes))),
      );
    case 'map':
      return shallow(
        node,
        together(node.args.flat(), scope, (shapes) => map(shapes.length / 2, joinAll(shapes))),
      );
    case '?:':
      return together(node.args, scope, ([, yes = SCALAR, no = SCALAR]) => join(yes, no));
    case '!_':
    case '-_':
      return together([node.args], scope, () => SCALAR);
    default:
      return binary(node, scope);
  }
}

/** The sum of the costs of several nodes and one step for the node that joins them, with the shape of the result. */
function together(
  nodes: readonly ASTNode[],
  scope: Scope,
  shapeOf: (shapes: readonly Shape[]) => Shape,
): Costs {
  const parts = nodes.map((one) => costOf(one, scope));
  const shape = shapeOf(parts.map((part) => part.shape));
  return { steps: parts.reduce((sum, { steps }) => sum + steps, 1), shape };
}

function field({ args: [of, name] }: Node<'.' | '.?'>, scope: Scope): Costs {
  const { steps, shape } = costOf(of, scope);
  return { steps: steps + 1, shape: shape.fields?.[name] ?? shape.item ?? SCALAR };
}

function element({ args: [of, key] }: Node<'[]' | '[?]'>, scope: Scope): Costs {
  return together([of, key], scope, ([shape = SCALAR]) => {
    const own = key.op === 'value' ? shape.fields?.[String(key.args)] : undefined;
    return own ?? shape.item ?? SCALAR;
  });
}

function binary({ op, args }: Node<BinaryOperator | '||' | '&&'>, scope: Scope): Costs {
  const [a, b] = [costOf(args[0], scope), costOf(args[1], scope)];
  const { steps, shape } = operation(op, a.shape, b.shape);
  return { steps: 1 + a.steps + b.steps + steps, shape };
}

function operation(op: ASTNode['op'], a: Shape, b: Shape): Costs {
  const compared = stepsToCompare(a, b);
  switch (op) {
    case '+':
      return { steps: stepsOfChars(a.chars + b.chars) + a.items + b.items, shape: concatenation(a, b) };
    case 'in':
      // A map looks the key up; a list compares every element.
      return { steps: b.isMap ? stepsOfChars(a.chars) : elementsCompared(a, b), shape: SCALAR };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { steps: compared, shape: SCALAR };
    default:
      return { steps: 0, shape: SCALAR };
  }
}

/** A comparison reads texts up to the length of the shorter one, and lists and maps as a whole. */
function stepsToCompare(a: Shape, b: Shape): number {
  const [ofA, ofB] = [stepsToRead(a), stepsToRead(b)];
  return a.items + b.items > 0 ? ofA + ofB : Math.min(ofA, ofB);
}

function elementsCompared(sought: Shape, { items, item }: Shape): number {
  return items > 0 && item ? items * (1 + stepsToCompare(sought, item)) : 0;
}

function call(node: Node<'call'>, scope: Scope): Costs {
  const [name, args] = node.args;
  // `has` is a macro: it tests for a field and does not read it.
  if (name === 'has') return together(args, scope, () => SCALAR);
  const costs = FUNCTIONS.get(name) ?? notOffered(node, `${name}()`);
  const parts = args.map((one) => costOf(one, scope));
  return sum(parts, costs(parts[0]?.shape ?? SCALAR));
}

function method(node: Node<'rcall'>, scope: Scope): Costs {
  const [name, receiver, args] = node.args;
  const costs = METHODS.get(name) ?? notOffered(node, `${name}()`);
  const [on, ...others] = [receiver, ...args].map((one) => costOf(one, scope));
  return sum([on as Costs, ...others], costs((on as Costs).shape, ...others.map(({ shape }) => shape)));
}

function sum(parts: readonly Costs[], { steps, shape }: Costs): Costs {
  return { steps: parts.reduce((all, part) => all + part.steps, 1 + steps), shape };
}

/** The comprehensions: each computes the shape of its result from the shapes of its range and of its body. */
export const COMPREHENSIONS: ReadonlyMap<string, (range: Shape, of: Shape) => Shape> = new Map([
  ['all', () => SCALAR],
  ['exists', () => SCALAR],
  ['exists_one', () => SCALAR],
  ['map', (range: Shape, of: Shape) => list(range.items, of)],
  ['filter', (range: Shape) => list(range.items, range.item)],
]);

/** The steps of a comprehension outside its body, taken once and again for each element. */
const AROUND = 5;

function comprehension(node: Node<'rcall'>, scope: Scope): Costs {
  const [name, receiver, [variable, ...bodies]] = node.args;
  const range = costOf(receiver, scope);
  if (variable?.op !== 'id')
    throw new ConditionFault(node.input, node.pos, `${name}() names a variable first.`);
  if (variable.args in SHAPES) {
    throw new ConditionFault(
      node.input,
      variable.pos,
      `"${variable.args}" has a meaning already: name the variable otherwise.`,
    );
  }
  const inner = { ...scope, [variable.args]: range.shape.item ?? SCALAR };
  const parts = bodies.map((body) => costOf(body, inner));
  const each = parts.reduce((all, { steps }) => all + steps, AROUND);
  const makes = COMPREHENSIONS.get(name);
  return shallow(node, {
    steps: range.steps + AROUND + (range.shape.items > 0 ? range.shape.items * each : 0),
    shape: makes?.(range.shape, parts.at(-1)?.shape ?? SCALAR) ?? SCALAR,
  });
}

/** The library keeps every type that it meets, and lists and maps within one another have as many types as one likes. */
const MAX_NESTING = 3;

function shallow(node: ASTNode, costs: Costs): Costs {
  if (nestingOf(costs.shape) <= MAX_NESTING) return costs;
  throw new ConditionFault(node.input, node.start, `lists and maps nest ${MAX_NESTING} times at most.`);
}

function shapeOfLiteral(value: unknown): Shape {
  return typeof value === 'string' || value instanceof Uint8Array ? text(value.length) : SCALAR;
}

function unknownVariable(node: ASTNode, name: string): never {
  throw new ConditionFault(node.input, node.start, `Unknown variable: ${name}.`);
}

function notOffered(node: ASTNode, what: string): never {
  throw new ConditionFault(node.input, node.start, `${what} is not supported in a condition.`);
}
