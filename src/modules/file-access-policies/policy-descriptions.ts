import { COMPREHENSIONS } from './conditions/condition-cost.ts';
import { FUNCTIONS, METHODS } from './conditions/function-costs.ts';

/** Describes patterns for the author of a client, without the last full stop. */
export const PATTERN =
  'The files to which it applies. `?` matches one character and `*` any number of characters between two slashes, `**` any number of parts of the path; the slash at the beginning is optional. 300 characters at most';

const names = (functions: ReadonlyMap<string, unknown>) => [...functions.keys()].join(' ');

/** Describes conditions for the author of a client, without the last full stop. */
export const CONDITION = [
  'The condition under which it holds: a boolean expression in CEL over `user` {id name email role department company customerId attributes}, `file` {path name extension folder} and `now`.',
  '`"finance" in user.attributes` tests whether the user holds an attribute, `user.attributes.clearance >= 3` its value. A field of the user without a value is an empty text.',
  `Besides the operators of CEL it may use \`has\`, the macros {${names(COMPREHENSIONS)}}, the functions {${names(FUNCTIONS)}} and the methods {${names(METHODS)}}, and no others, e.g. not \`matches\`.`,
  'A number of an attribute is a double: `user.attributes.clearance + 1.0`. A time zone is a name such as `Europe/Berlin`, or an offset such as `+02:00`. A condition of which a part can never be evaluated is refused.',
  '2,000 characters and 10,000 steps at most; the enabled policies of a tenant have 100,000 of each at most',
].join(' ');
