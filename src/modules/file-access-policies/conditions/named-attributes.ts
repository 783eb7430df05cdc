import type { ASTNode } from '@marcbachmann/cel-js';
import { ANY_ATTRIBUTE } from '../file-access-policies.changes.ts';
import { childrenOf } from './syntax-tree.ts';
import { SHAPES } from './vocabulary.ts';

/**
 * Lists the attributes that an expression names, or may name. A plain expression names them as
 * `"x" in user.attributes`, `user.attributes.x`, `user.attributes["x"]` and `has()` of these. If it uses `user` or
 * `user.attributes` in another way, e.g. iterates over them, every text in it counts as a name, and it names
 * ANY_ATTRIBUTE if it computes texts. The list errs on the long side: a name too many means that the removal of an
 * attribute asks for `force`, a name too few that a policy breaks silently.
 *
 * A name that is a field of the user or the file, as in `file.extension in user.attributes`, is not listed.
 */
export function attributesNamedIn(expression: ASTNode): string[] {
  const names = isPlain(expression) ? plainNames(expression) : textsIn(expression);
  return [...new Set(names)].sort();
}

/** Whether an expression reads only fields of `user`, and only attributes with a literal name. */
function isPlain(node: ASTNode): boolean {
  if (plainName(node) !== null || fieldOfUser(node) === 'other') return true;
  if (node.op === 'id' && node.args === 'user') return false;
  return childrenOf(node).every(isPlain);
}

function plainNames(node: ASTNode): string[] {
  const name = plainName(node);
  return name === null ? childrenOf(node).flatMap(plainNames) : [name];
}

/** The attribute that a node itself reads; null if it reads none. */
function plainName(node: ASTNode): string | null {
  switch (node.op) {
    case '.':
    case '.?':
      return isAttributes(node.args[0]) ? node.args[1] : null;
    case '[]':
    case '[?]':
      return isAttributes(node.args[0]) ? textOf(node.args[1]) : null;
    case 'in':
      return isAttributes(node.args[1]) ? textOf(node.args[0]) : null;
    default:
      return null;
  }
}

/** Whether a node reads one attribute of the user, also one whose name is computed. */
export function isAttribute(node: ASTNode): boolean {
  return (node.op === '.' || node.op === '[]') && isAttributes(node.args[0]);
}

function isAttributes(node: ASTNode): boolean {
  return fieldOfUser(node) === 'attributes';
}

/** The field of `user` that a node reads; null if it reads none, or one whose name is computed. */
function fieldOfUser(node: ASTNode): 'attributes' | 'other' | null {
  if (node.op !== '.' && node.op !== '[]') return null;
  const [of, name] = node.args;
  if (of.op !== 'id' || of.args !== 'user') return null;
  const field = typeof name === 'string' ? name : textOf(name);
  if (field === null) return null;
  return field === 'attributes' ? 'attributes' : 'other';
}

/** Functions that return a text, which may be a name that is not in the expression. */
const MAKE_TEXTS = ['string', 'lowerAscii', 'upperAscii', 'substring', 'trim'];

/** Every text in an expression that could be a name. */
function textsIn(node: ASTNode): string[] {
  const text = textOf(node);
  if (text !== null) return [text];
  return [...ownTexts(node), ...childrenOf(node).flatMap(textsIn)];
}

function ownTexts(node: ASTNode): string[] {
  switch (node.op) {
    case '.':
    case '.?':
      // A variable may hold the user or its attributes, so the field that is read from it may be an attribute.
      return isOfVocabulary(node.args[0]) ? [] : [node.args[1]];
    case '+':
      return [ANY_ATTRIBUTE];
    case 'call':
    case 'rcall':
      return MAKE_TEXTS.includes(node.args[0]) ? [ANY_ATTRIBUTE] : [];
    default:
      return [];
  }
}

function isOfVocabulary(node: ASTNode): boolean {
  return node.op === 'id' && node.args in SHAPES;
}

/** The constant text of a node: a literal, or several that are joined. Null if it has none. */
export function textOf(node: ASTNode): string | null {
  if (node.op === 'value') return typeof node.args === 'string' ? node.args : null;
  if (node.op !== '+') return null;
  const [before, after] = node.args.map(textOf);
  return before == null || after == null ? null : before + after;
}
