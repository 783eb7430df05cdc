import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { onceFor } from '../../../lib/once-for.ts';
import { COMPREHENSIONS } from './condition-cost.ts';
import { isAttribute } from './named-attributes.ts';
import { INSTANT } from './own-functions.ts';

/** A type of CEL, by its name. */
type CelType = 'bool' | 'string' | 'int' | 'double' | 'bytes' | 'null' | typeof INSTANT | typeof DURATION;

const DURATION = 'google.protobuf.Duration';

/** The types that a value can have; null if it can have any. */
export type PossibleTypes = ReadonlySet<CelType> | null;

/** The value of an attribute has one of these types. No value is an int: numbers are doubles. */
const OF_ATTRIBUTES = new Set<CelType>(['bool', 'string', 'double', INSTANT]);

/** A variable of each type, by whose operations the library says what each operation takes. */
const VARIABLES: Readonly<Record<CelType, string>> = {
  bool: 'a_bool',
  string: 'a_string',
  int: 'an_int',
  double: 'a_double',
  bytes: 'some_bytes',
  null: 'a_null',
  [INSTANT]: 'an_instant',
  [DURATION]: 'a_duration',
};
const TYPES = Object.keys(VARIABLES) as CelType[];

const operands = TYPES.reduce((all, type) => all.registerVariable(VARIABLES[type], type), new Environment());

/** By the text of an operation. `costOf` has refused functions that are not offered, so there are not many texts. */
const results = new Map<string, string | null>();

/** Returns the type of what an operation on values of these types gives; null if it takes no such values. */
function resultOf(write: (operands: string[]) => string, types: readonly CelType[]): string | null {
  const text = write(types.map((type) => VARIABLES[type]));
  const known = results.get(text);
  if (known !== undefined) return known;
  const result = operands.check(text).type ?? null;
  results.set(text, result);
  return result;
}

/** Whether an operation takes values of these types. */
export function takes({ write }: Operation, ...types: CelType[]): boolean {
  return resultOf(write, types) !== null;
}

/** An operation that is refused for operands of the wrong types: its operands, and how it is written. */
export interface Operation {
  readonly operands: readonly ASTNode[];
  readonly write: (operands: string[]) => string;
}

/** Returns the operation of a node; null if the node is none, or one that takes every type. */
export function operationOf(node: ASTNode): Operation | null {
  switch (node.op) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '&&':
    case '||':
      return { operands: node.args, write: ([a, b]) => `${a} ${node.op} ${b}` };
    case '!_':
    case '-_':
      return { operands: [node.args], write: ([a]) => `${node.op[0]}${a}` };
    case 'call':
      if (node.args[0] === 'has') return null;
      return { operands: node.args[1], write: (args) => `${node.args[0]}(${args})` };
    case 'rcall':
      if (COMPREHENSIONS.has(node.args[0])) return null;
      return {
        operands: [node.args[1], ...node.args[2]],
        write: ([on, ...args]) => `${on}.${node.args[0]}(${args})`,
      };
    default:
      return null;
  }
}

/** Returns the types that an operation can give, whatever attributes a user has; none if it always fails. */
export function resultsOf({ operands, write }: Operation): PossibleTypes {
  let combinations: CelType[][] = [[]];
  for (const operand of operands) {
    const types = possibleTypes(operand);
    if (types === null) return null;
    combinations = combinations.flatMap((before) => [...types].map((type) => [...before, type]));
  }
  const found = new Set<CelType>();
  for (const types of combinations) {
    const result = resultOf(write, types);
    if (result === null) continue;
    if (!isCelType(result)) return null;
    found.add(result);
  }
  return found;
}

/** Returns the types that the value of a node can have. */
export const possibleTypes = onceFor((node: ASTNode): PossibleTypes => {
  if (node.op === 'value') return typesOfLiteral(node.args);
  if (node.op === 'id') return node.args === 'now' ? new Set([INSTANT]) : null;
  if (isAttribute(node)) return OF_ATTRIBUTES;
  if (isTextOfVocabulary(node)) return new Set(['string']);
  if (node.op === '?:') {
    const [yes, no] = [possibleTypes(node.args[1]), possibleTypes(node.args[2])];
    return yes && no && new Set([...yes, ...no]);
  }
  const operation = operationOf(node);
  return operation && resultsOf(operation);
});

/** Whether a node is a field of the user or the file: all but the attributes are texts. */
function isTextOfVocabulary(node: ASTNode): boolean {
  if (node.op !== '.' || node.args[1] === 'attributes') return false;
  const [of] = node.args;
  return of.op === 'id' && (of.args === 'user' || of.args === 'file');
}

function typesOfLiteral(value: unknown): PossibleTypes {
  switch (typeof value) {
    case 'string':
      return new Set(['string']);
    case 'bigint':
      return new Set(['int']);
    case 'number':
      return new Set(['double']);
    case 'boolean':
      return new Set(['bool']);
    default:
      return value === null ? new Set(['null']) : value instanceof Uint8Array ? new Set(['bytes']) : null;
  }
}

function isCelType(type: string): type is CelType {
  return type in VARIABLES;
}
