import type { ASTNode } from '@marcbachmann/cel-js';
import { textOf } from './named-attributes.ts';
import { childrenOf } from './syntax-tree.ts';

/**
 * Spells the constant texts of an expression in NFC, as the values that they are compared with are: a text that was
 * typed or escaped otherwise would equal none, and a policy that denies would not. The text of the condition stays as
 * the client wrote it.
 */
export function spellInNfc(node: ASTNode): void {
  const text = textOf(node);
  if (text !== null) replaceText(node, text.normalize('NFC'));
  else for (const child of childrenOf(node)) spellInNfc(child);
}

/** Of texts that are joined, the first one receives the whole: a mark in the next one may belong to its last letter. */
function replaceText(node: ASTNode, text: string): void {
  if (node.op !== '+') {
    Object.assign(node, { args: text });
    return;
  }
  const [before, after] = node.args;
  replaceText(before, text);
  replaceText(after, '');
}
