import { rowSamples } from '../../test/support/samples.ts';

/** Types whose rows are changed by their makers alone. */
const OF_THEIR_MAKERS = ['Message', 'Webhook'];

/** The rows that the staff of the platform changes. */
export const STIRRED = rowSamples.filter(({ type }) => !OF_THEIR_MAKERS.includes(type));
