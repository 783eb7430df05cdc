import { inherited } from '../../core/rights/rules.ts';
import { builder } from '../../graph/schema/builder.ts';
import type { SubjectCount as Shape } from './small-groups.ts';

const CountHiddenReason = builder.enumType('CountHiddenReason', {
  description: 'Why a count of subjects is hidden.',
  values: {
    SMALL_GROUP: { description: 'There are fewer than ten subjects.' },
    INTERVAL_NOT_OVER: { description: 'The interval is not over yet.' },
  } as const,
});

/** A count of subjects, with the reason if it is hidden. */
export const SubjectCount = builder.objectRef<Shape>('SubjectCount').implement({
  description:
    'The number of subjects in a group. Viewers who may list the consents one by one receive it exactly. Others receive it rounded down to tens, and not at all under ten, so that neither a count nor the difference of two reveals a few subjects.',
  rule: inherited,
  fields: (t) => ({
    count: t.exposeInt('count', {
      nullable: true,
      description: 'The number of subjects. Null if it is hidden: `hiddenReason` says why.',
    }),
    isRounded: t.exposeBoolean('isRounded', { description: 'Whether the number is rounded down to tens.' }),
    hiddenReason: t.expose('hiddenReason', {
      type: CountHiddenReason,
      nullable: true,
      description: 'Why the number is hidden. Null if it is shown.',
    }),
  }),
});
