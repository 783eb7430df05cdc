import { refusedBy } from '../schema/refused-by.ts';
import { TOO_COMPLEX } from './operation-limits.ts';

/** More than four levels of a filter need. There is no setting, because no sensible input comes near the limit. */
const MAX_VARIABLE_DEPTH = 32;

/**
 * Refuses variables that nest too deep. A filter may contain filters, GraphQL reads such values by recursion, and a
 * body of the permitted size nests deep enough to overflow the stack. Must come before anything that walks variables.
 */
export function assertVariables(variables: unknown): void {
  if (nestsDeeper(variables, MAX_VARIABLE_DEPTH)) {
    throw refusedBy(TOO_COMPLEX.VARIABLES_TOO_DEEP({ max: MAX_VARIABLE_DEPTH }));
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1));
}
