import { asksToSignInAgain, memberView } from '../../configuration/layers/layer-entity.ts';
import { type Change, rowBefore } from '../../core/rows/change.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { configurations } from './configuration.access.ts';

domainEventField('authChanged', configurations, {
  description: 'Settings of sign-in changed, or all users on whom a layer acts must sign in again.',
  filter: null,
  happens: (before, after, view) =>
    asksToSignInAgain(before, after) ||
    changedPaths(before, after, view === memberView).some((path) => path.startsWith('auth.')),
  fields: (t) => ({
    reauthenticationRequired: t.boolean({
      description:
        'Whether all users on whom the layer acts must sign in again. The server has ended their sessions already. If not, only sessions have ended that do not satisfy the settings.',
      resolve: ({ change }) => {
        const layer = change as Change<Configuration>;
        return asksToSignInAgain(rowBefore(layer), layer.image);
      },
    }),
  }),
});

/** The paths that a version changed. One that changes nothing for all users has no new paths for them. */
function changedPaths(
  before: Configuration | null,
  after: Configuration,
  isOfMembers: boolean,
): readonly string[] {
  if (!isOfMembers) return after.paths;
  return after.memberChanges === (before?.memberChanges ?? 0) ? [] : after.memberPaths;
}
