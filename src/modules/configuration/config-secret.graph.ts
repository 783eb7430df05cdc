import type { SecretFacts } from '../../configuration/layers/layer-secrets.ts';
import { inherited } from '../../core/rights/rules.ts';
import { loaderOf } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { users } from '../users/users.access.ts';

const load = loaderOf(users);

/** The GraphQL type of what readers may know of a secret. No field has its text, and none can: it is not read. */
export const ConfigSecret = builder.objectRef<SecretFacts>('ConfigSecret').implement({
  description: 'What readers may know of a secret: that it is set, by whom and when.',
  rule: inherited,
  fields: (t) => ({
    version: t.string({
      description:
        'The id of its version, by which alone two secrets are compared. The same text set again is another version.',
      resolve: ({ id }) => id,
    }),
    setAt: t.field({
      type: 'DateTime',
      description: 'The time at which it was set, by the clock of the database.',
      resolve: ({ setAt }) => setAt,
    }),
    setBy: t.field({
      type: users.type as never,
      nullable: true,
      rule: users.rule,
      ...(users.isPersonal && { isPersonal: users.isPersonal }),
      description:
        'The user who set it. Null if it is none that the viewer may see, e.g. one of the platform.',
      resolve: async ({ setById }, _args, ctx) => (await load(ctx, setById)) as never,
    }),
  }),
});
