import { builder } from '../schema/builder.ts';

/** Why a row is no longer in view. */
export type GoneReason = 'GONE' | 'FILTERED' | 'OUTSIDE';

export const GoneReasonEnum = builder.enumType('GoneReason', {
  description: 'Why a row left the view of a stream.',
  values: {
    GONE: {
      description:
        'It was deleted, or the viewer may no longer see it: the two are never told apart. Caches evict it.',
    },
    FILTERED: { description: 'It exists and no longer matches the filter: other lists may still show it.' },
    OUTSIDE: {
      description: 'It exists and matches the filter, and other rows pushed it out of the window.',
    },
  } as const,
});
