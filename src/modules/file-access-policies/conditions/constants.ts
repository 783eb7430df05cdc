import type { ASTNode } from '@marcbachmann/cel-js';
import { COMPREHENSIONS } from './condition-cost.ts';
import { childrenOf } from './syntax-tree.ts';
import { environment } from './vocabulary.ts';

const NONE: ReadonlySet<string> = new Set();

/** Whether a node depends on nothing but its text. `bound` has the variables of the macros around it within the constant. */
export function isConstant(node: ASTNode, bound = NONE): boolean {
  if (node.op === 'id') return bound.has(node.args);
  if (node.op !== 'rcall' || !COMPREHENSIONS.has(node.args[0])) {
    return childrenOf(node).every((child) => isConstant(child, bound));
  }
  const [, range, [variable, ...bodies]] = node.args;
  if (variable?.op !== 'id' || !isConstant(range, bound)) return false;
  const inside = new Set([...bound, variable.args]);
  return bodies.every((body) => isConstant(body, inside));
}

/** Evaluates a constant that has been checked; throws what the evaluation throws. */
export function valueOfConstant(node: ASTNode): unknown {
  const list = environment.parse('[0]');
  Object.assign(list.ast, { args: [node] });
  const [value] = list({}) as unknown[];
  return value;
}

/** Returns the value of a constant; undefined for another node, and for a constant whose evaluation fails. */
export function constantValue(node: ASTNode | undefined): unknown {
  if (!node || !isConstant(node)) return undefined;
  try {
    return valueOfConstant(node);
  } catch {
    return undefined; // the check of the node itself refuses it
  }
}
