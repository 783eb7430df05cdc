import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * Lists the attributes that an expression names: `"x" in user.attributes`, `user.attributes.x`,
 * `user.attributes["x"]`, and `has()` of these. A name that is computed cannot be found.
 */
export function attributesNamedIn(node: ASTNode): string[] {
  return [...new Set(named(node))].sort();
}

function named(node: ASTNode): string[] {
  return [...own(node), ...childrenOf(node).flatMap(named)];
}

function own(node: ASTNode): string[] {
  switch (node.op) {
    case '.':
      return isAttributes(node.args[0]) ? [node.args[1]] : [];
    case '[]':
      return isAttributes(node.args[0]) ? textOf(node.args[1]) : [];
    case 'in':
      return isAttributes(node.args[1]) ? textOf(node.args[0]) : [];
    default:
      return [];
  }
}

function isAttributes(node: ASTNode): boolean {
  if (node.op !== '.' && node.op !== '[]') return false;
  const [of, name] = node.args;
  const field = typeof name === 'string' ? [name] : textOf(name);
  return of.op === 'id' && of.args === 'user' && field[0] === 'attributes';
}

function textOf(node: ASTNode): string[] {
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : [];
}

function childrenOf(node: ASTNode): ASTNode[] {
  const isNode = (one: unknown): one is ASTNode => typeof one === 'object' && one !== null && 'op' in one;
  return [node.args].flat(3).filter(isNode);
}
