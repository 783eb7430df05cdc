import type { ASTNode } from '@marcbachmann/cel-js';

/** The nodes that are operands of a node. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const isNode = (one: unknown): one is ASTNode => typeof one === 'object' && one !== null && 'op' in one;
  return [node.args].flat(3).filter(isNode);
}
