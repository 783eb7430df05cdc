import type { ASTNode } from '@marcbachmann/cel-js';

/** The nodes that are operands of a node. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const isNode = (one: unknown): one is ASTNode => typeof one === 'object' && one !== null && 'op' in one;
  return [node.args].flat(3).filter(isNode);
}

/** Counts the nodes of an expression; a method counts five times, because the library makes further nodes of a macro. */
export function countNodes(node: ASTNode): number {
  return childrenOf(node).reduce((sum, child) => sum + countNodes(child), node.op === 'rcall' ? 5 : 1);
}
