import { rowSamples } from '../../test/support/samples.ts';

/** The rows that the staff of the platform changes. A webhook is changed by its maker alone. */
export const STIRRED = rowSamples.filter(({ type }) => type !== 'Webhook');
