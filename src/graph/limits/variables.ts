import { tooComplex } from './operation-limits.ts';

/** More than four levels of a filter need. There is no setting, because no sensible input comes near the limit. */
const MAX_VARIABLE_DEPTH = 32;

/**
 * Refuses variables that nest too deep. A filter may contain filters, GraphQL reads such values by recursion, and a
 * body of the permitted size nests deep enough to overflow the stack. Must come before anything that walks variables.
 */
export function assertVariables(variables: unknown): void {
  if (nestsDeeper(variables, MAX_VARIABLE_DEPTH)) {
    throw tooComplex(`The variables are more than ${MAX_VARIABLE_DEPTH} levels deep.`);
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1));
}
