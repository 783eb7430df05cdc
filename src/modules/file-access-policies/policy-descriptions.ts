import { COMPREHENSIONS } from './conditions/condition-cost.ts';
import { FUNCTIONS, METHODS } from './conditions/function-costs.ts';

/** Describes patterns for the author of a client, without the last full stop. */
export const PATTERN =
  'The files it is about. `?` is one character and `*` any number of them between two slashes, `**` any number of parts of the path; a slash at the beginning may be left out. 300 characters at most';

const names = (functions: ReadonlyMap<string, unknown>) => [...functions.keys()].join(' ');

/** Describes conditions for the author of a client, without the last full stop. */
export const CONDITION = [
  'When it holds: an expression in CEL that is true or false, of `user` {id name email role department company customerId attributes}, `file` {path name extension folder} and `now`.',
  'An attribute that is held is asked for as `"finance" in user.attributes`, its value as `user.attributes.clearance >= 3`. What a user has none of is an empty text.',
  `Beside the operators of CEL it may use \`has\`, the macros {${names(COMPREHENSIONS)}}, the functions {${names(FUNCTIONS)}} and the methods {${names(METHODS)}}; nothing else is offered, so no \`matches\`.`,
  '2,000 characters and 10,000 steps at most; all that a tenant has enabled have 100,000 of each at most',
].join(' ');
