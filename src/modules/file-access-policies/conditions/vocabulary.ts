import { Environment } from '@marcbachmann/cel-js';
import type { Attribute, User } from '../../../generated/prisma/client.ts';
import {
  type AttributeEntry,
  type AttributeValue,
  readEntry,
  valueOfNoType,
  valueOfType,
} from '../../attributes/attribute-entries.terms.ts';
import { INSTANT, registerOwnFunctions } from './own-functions.ts';
import { map, record, SCALAR, type Shape, text } from './shape.ts';

// The sizes are the limits that other rooms set for these columns: a longer text would make the estimated cost of a
// condition too low.
const MAX_NAME = 200;
const MAX_ATTRIBUTES = 100;
const MAX_PATH = 1_000;

/** The user in a condition. A field without a value is an empty text. */
export class ConditionUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly department: string;
  readonly company: string;
  readonly customerId: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;

  /** `pool` holds the attributes that the user's tenant may use, by name. */
  constructor(user: User, pool: ReadonlyMap<string, Attribute>) {
    this.id = user.id;
    this.name = user.name;
    this.email = user.email;
    this.role = user.role;
    this.department = user.department ?? '';
    this.company = user.company ?? '';
    this.customerId = user.customerId ?? '';
    this.attributes = valuesOf(user.attributes, pool);
  }
}

/**
 * The values by name. An entry that is older than its attribute and does not fit its type is left out: a policy that
 * reads it fails, and a failing policy allows nothing. Of two entries of one name the last one counts.
 */
function valuesOf(
  entries: readonly string[],
  pool: ReadonlyMap<string, Attribute>,
): ReadonlyMap<string, AttributeValue> {
  const values = new Map<string, AttributeValue>();
  for (const entry of entries.map(readEntry)) {
    const value = readValue(entry, pool.get(entry.name));
    if (value === undefined) values.delete(entry.name);
    else values.set(entry.name, value);
  }
  return values;
}

function readValue(entry: AttributeEntry, attribute: Attribute | undefined): AttributeValue | undefined {
  return attribute ? valueOfType(attribute.valueType, entry) : valueOfNoType(entry);
}

/** The file in a condition. Its path begins with a slash. */
export class ConditionFile {
  readonly path: string;
  readonly name: string;
  /** The part of the name after its last dot; empty if there is none. */
  readonly extension: string;
  /** The path without the name; `/` for a file at the top. */
  readonly folder: string;

  constructor(path: string) {
    const slash = path.lastIndexOf('/');
    this.path = path;
    this.name = path.slice(slash + 1);
    const dot = this.name.lastIndexOf('.');
    this.extension = dot > 0 ? this.name.slice(dot + 1) : '';
    this.folder = path.slice(0, slash) || '/';
  }
}

/** The values of the variables of a condition. */
export interface Facts {
  readonly user: ConditionUser;
  readonly file: ConditionFile;
  readonly now: Date;
}

const USER_SIZES = {
  id: text(36),
  name: text(MAX_NAME),
  email: text(254),
  role: text(20),
  department: text(MAX_NAME),
  company: text(MAX_NAME),
  customerId: text(36),
  attributes: map(MAX_ATTRIBUTES, text(100)),
};
const FILE_SIZES = {
  path: text(MAX_PATH + 1),
  name: text(MAX_PATH),
  extension: text(MAX_PATH),
  folder: text(MAX_PATH),
};

/** The largest shapes of the variables of a condition. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  user: record(USER_SIZES),
  file: record(FILE_SIZES),
  now: SCALAR,
};

const texts = (sizes: object) => Object.fromEntries(Object.keys(sizes).map((name) => [name, 'string']));

/** They keep parsing short; `readCondition` limits the length of the text. */
export const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 24,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 3,
};

/** Parses and type-checks conditions whose names are all offered. */
export const environment = registerOwnFunctions(new Environment({ limits: LIMITS }))
  .registerType('User', {
    ctor: ConditionUser,
    fields: { ...texts(USER_SIZES), attributes: 'map<string, dyn>' },
  })
  .registerType('File', { ctor: ConditionFile, fields: texts(FILE_SIZES) })
  .registerVariable('user', 'User')
  .registerVariable('file', 'File')
  .registerVariable('now', INSTANT);
