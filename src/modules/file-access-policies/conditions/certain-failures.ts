import { type ASTNode, EvaluationError } from '@marcbachmann/cel-js';
import { COMPREHENSIONS } from './condition-cost.ts';
import { ConditionFault } from './condition-fault.ts';
import { constantValue, isConstant, valueOfConstant } from './constants.ts';
import { isAttribute } from './named-attributes.ts';
import { zoneArgument } from './own-functions.ts';
import { textOfPart } from './part-of-condition.ts';
import { type Operation, operationOf, possibleTypes, resultsOf, takes } from './possible-types.ts';
import { childrenOf } from './syntax-tree.ts';
import { inZone } from './time-zones.ts';

/**
 * Refuses an expression of which a part can never be evaluated, for any user: throws a ConditionFault that names the part
 * and how to write it. Constants are evaluated, also those that only some users reach, and an operation whose operands
 * have the wrong types for every kind of attribute is refused.
 *
 * A part that depends on the variable of a macro is not tried, because the macro may keep it from being evaluated:
 * `[0, 1].exists(n, n != 0 && 10 / n > 5)`.
 */
export function refuseCertainFailures(node: ASTNode): void {
  const constant = isConstant(node);
  if (constant) requireValue(node);
  if (constant && !isLazy(node)) return;
  // The operands first: what has an operand without a value has none either, and the message names the smallest part.
  for (const child of operandsOf(node)) refuseCertainFailures(child);
  if (!constant) refuse(node, whyItFails(node));
}

/** A macro names its variable first, which is no value. */
function operandsOf(node: ASTNode): ASTNode[] {
  if (node.op !== 'rcall' || !COMPREHENSIONS.has(node.args[0])) return childrenOf(node);
  const [, range, [, ...bodies]] = node.args;
  return [range, ...bodies];
}

/** Whether an evaluation may skip a part of the node or of what is in it. */
function isLazy(node: ASTNode): boolean {
  return ['&&', '||', '?:', 'rcall'].includes(node.op) || childrenOf(node).some(isLazy);
}

function requireValue(node: ASTNode): void {
  try {
    valueOfConstant(node);
  } catch (error) {
    // The library computes with a date that is too large, and lets the RangeErrors of JavaScript through.
    const known = error instanceof EvaluationError ? error : null;
    const why = known?.summary ?? 'it is out of range';
    const part = known?.node?.op ? known.node : node;
    refuse(part as ASTNode, `${why}${FIXES[known?.code ?? 'numeric_overflow'] ?? ''}`);
  }
}

const ZONES = 'write a name such as "Europe/Berlin", or an offset such as "+02:00"';

/** The ends of the messages, by the code of an error: they say how to write it. */
const FIXES: Readonly<Record<string, string>> = {
  no_such_time_zone: `: ${ZONES}`,
  invalid_timestamp: ': write it as in "2026-05-02T16:20:00Z"',
  invalid_duration: ': write numbers with h, m, s, ms, us or ns, as in "1h30m"',
  division_by_zero: ': divide by another number',
  modulo_by_zero: ': divide by another number',
  bool_conversion_error: ': write "true" or "false"',
  int_conversion_error: ': write a whole number, as in "12"',
  double_conversion_error: ': write a number, as in "1.5"',
  numeric_overflow: ': write a smaller number',
  no_such_overload: ': write values of types that belong together',
  no_matching_overload: ': write values of the types that it takes',
};

function refuse(node: ASTNode, why: string | null): void {
  if (why === null) return;
  const part = textOfPart(node);
  throw new ConditionFault(node.input, node.start, `${part ?? 'a part'} can never be evaluated: ${why}.`);
}

/** Returns why a node that is no constant always fails; null if it need not. */
function whyItFails(node: ASTNode): string | null {
  return whyTypesFail(node) ?? whyArgumentsFail(node);
}

function whyTypesFail(node: ASTNode): string | null {
  const operation = operationOf(node);
  if (!operation || resultsOf(operation)?.size !== 0) return null;
  return (
    mixedNumbers(operation) ??
    'it takes no values of these types: convert one, e.g. with double() or string()'
  );
}

/** Explains an operation on a double, such as the number of an attribute, and an int. */
function mixedNumbers(operation: Operation): string | null {
  const { operands } = operation;
  const whole = operands.find((operand) => isOnly(operand, 'int'));
  const other = operands.find((operand) => possibleTypes(operand)?.has('double'));
  if (operands.length !== 2 || !whole || !other) return null;
  const what = isAttribute(other) ? 'the number of an attribute is a double' : 'one side is a double';
  const mixed = `${what}, and the other one an int`;
  if (takes(operation, 'double', 'double')) {
    const text = textOfPart(whole) ?? 'the int';
    const fix = whole.op === 'value' ? `write ${text}.0 instead of ${text}` : `write double(${text})`;
    return `${mixed}: ${fix}`;
  }
  return takes(operation, 'int', 'int') ? `${mixed}: write int(${textOfPart(other) ?? '…'})` : null;
}

function isOnly(node: ASTNode, type: 'int'): boolean {
  const types = possibleTypes(node);
  return types?.size === 1 && types.has(type);
}

/** Returns why the constants in a node make it fail, whatever the other values are. */
function whyArgumentsFail(node: ASTNode): string | null {
  switch (node.op) {
    case '/':
    case '%':
      return constantValue(node.args[1]) === 0n ? 'it divides by zero: divide by another number' : null;
    case '[]':
      return node.args[0].op === 'list'
        ? outOfRange(node.args[0].args.length, constantValue(node.args[1]))
        : null;
    case 'rcall':
      return whyZoneFails(node) ?? whySubstringFails(node);
    default:
      return null;
  }
}

function outOfRange(length: number, index: unknown): string | null {
  if (typeof index !== 'bigint' || (index >= 0n && index < length)) return null;
  return `the list has no element ${index}: the first one is 0`;
}

type Method = Extract<ASTNode, { op: 'rcall' }>;

function whyZoneFails(node: Method): string | null {
  const zone = constantValue(zoneArgument(node));
  if (typeof zone !== 'string' || inZone(new Date(0), zone)) return null;
  return `there is no time zone ${JSON.stringify(zone)}: ${ZONES}`;
}

function whySubstringFails({ args: [name, , bounds] }: Method): string | null {
  if (name !== 'substring') return null;
  const [start, end] = bounds.map(constantValue);
  const isNegative = typeof start === 'bigint' && start < 0n;
  const isReversed = typeof start === 'bigint' && typeof end === 'bigint' && end < start;
  return isNegative || isReversed
    ? 'it ends before it starts, or starts before the text: write 0 <= start <= end'
    : null;
}
