/** The number of tries after which work is parked. */
export const MAX_TRIES = 3;
