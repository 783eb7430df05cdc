/** The names of values that must not be logged, nor be found in a fingerprint. */
export const NAME_OF_A_SECRET = /authorization|cookie|password|secret|token/i;
