import { Environment } from '@marcbachmann/cel-js';
import { costOf } from './condition-cost.ts';
import { registerOwnFunctions } from './own-functions.ts';
import { LIMITS } from './vocabulary.ts';

/** The characters that are read before a new environment takes the place of the old one: some megabytes of names. */
const MAX_READ = 200_000;

// An environment keeps every function that a text calls, also one that does not exist, for as long as it lives. It shares
// them with all others unless it has functions of its own.
const newEnvironment = () => registerOwnFunctions(new Environment({ limits: LIMITS }));

let environment = newEnvironment();
let read = 0;

/**
 * Refuses a text with a syntax error, a name or function that is not offered, or lists nested too deeply: throws what the
 * library throws, or a ConditionFault. So the environment of the conditions only ever reads names that are offered.
 */
export function refuseUnknownNames(text: string): void {
  read += text.length;
  if (read > MAX_READ) {
    environment = newEnvironment();
    read = text.length;
  }
  costOf(environment.parse(text).ast);
}
