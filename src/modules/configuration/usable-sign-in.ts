import type { Json } from '../../configuration/algebra/json.ts';
import { resolve } from '../../configuration/algebra/resolve.ts';
import type { Setting, Step } from '../../configuration/algebra/settings.ts';
import type { ViewerContext } from '../../core/context.ts';
import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import type { UserErrorCode } from '../../core/requests/fault.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import type { AcceptedIssuer } from '../../core/rights/authentication.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import type { Reading } from './layers-above.ts';
import type { SettingChange } from './setting-changes.ts';

const WAYS = sentences('INVALID_INPUT', {
  SIGN_IN_NOT_OFFERED:
    'By these ways no user could sign in: this server offers {offered}. Other ways may be beside one of them.',
  ISSUER_NOT_ACCEPTED: 'This server accepts no tokens of this issuer for this client.',
});
const OWN = sentences('INVALID_STATE', {
  OWN_WAY_CLOSED:
    'You have signed in by {provider}, and could not do so again: sign in by a way that stays, then repeat this.',
  OWN_FACTOR_MISSING:
    'You have signed in by {provider} without a second factor, and could not do so again: sign in with one, then repeat this.',
  TOKEN_CLOSES_WAY:
    'An API token does not sign in, so it may not close a way by which the users of its own level do: sign in, then repeat this.',
});

const ALLOWED = 'auth.providers.allowed';
const ISSUER = 'auth.providers.oidc';
const FACTOR = 'auth.secondFactor.required';
const OBEYED: readonly string[] = [ALLOWED, ISSUER, FACTOR];

/** A change with the steps above its layer, and what the layer has now. */
interface WayStep {
  readonly change: SettingChange;
  readonly above: readonly Step[];
  readonly present: Setting | undefined;
}

/** The layer that is written, and its changes. */
interface LayerChange {
  readonly row: Pick<Configuration, 'scope' | 'tenantId'>;
  readonly steps: readonly WayStep[];
}

/**
 * Refuses settings by which no user could sign in to this server, at every scope, and those by which their author could
 * not sign in again; throws UserErrors, all together. Each change of a layer is asked: a write, and a rollback.
 */
export async function requireUsableSignIn(
  tx: Reading,
  ctx: ViewerContext,
  { row, steps }: LayerChange,
): Promise<void> {
  const relevant = steps.filter(({ change }) => OBEYED.includes(change.entry.path));
  if (relevant.length === 0) return;
  const own = actsOnAuthor(ctx, row) ? await signInOfAuthor(tx, ctx) : null;
  const { acceptedIssuers } = ctx.authentication;
  const errors = relevant.flatMap(({ change, above, present }): UserError[] => {
    const { entry, setting, at } = change;
    const valueWith = (one: Setting | null | undefined) => {
      const layer = one ? [{ scope: row.scope, newest: one, adopted: one }] : [];
      return resolve(entry, [...above, ...layer]).value;
    };
    const [before, after] = [valueWith(present), valueWith(setting)];
    const fault =
      faultOfServer(entry.path, setting, acceptedIssuers) ??
      (own && faultOfAuthor(entry.path, { before, after }, own));
    const path = setting && at[0] === 'input' ? [...at, 'value'] : at;
    return fault ? [userError(fault, path)] : [];
  });
  if (errors.length > 0) throw new UserErrors(errors);
}

/** The fault of a setting that this server cannot offer. The layers above were asked when they were written. */
function faultOfServer(
  path: string,
  setting: Setting | null,
  issuers: readonly AcceptedIssuer[],
): Fault<'INVALID_INPUT'> | null {
  const value = setting?.value;
  if (path === ALLOWED && Array.isArray(value)) {
    const offered = issuers.length > 0 ? ['PASSWORD', 'OIDC'] : ['PASSWORD'];
    const isOffered = offered.some((way) => value.includes(way));
    return isOffered ? null : WAYS.SIGN_IN_NOT_OFFERED({ offered: offered.join(', ') });
  }
  if (path !== ISSUER || value === undefined || value === null) return null;
  const wanted = value as unknown as AcceptedIssuer;
  const isAccepted = issuers.some(
    ({ issuer, clientId }) => wanted.issuer === issuer && wanted.clientId === clientId,
  );
  return isAccepted ? null : WAYS.ISSUER_NOT_ACCEPTED();
}

/**
 * The proof of the author of a change. A user with a password can always get a factor: signing in enrols one. An API
 * token proves nothing of how its user signs in.
 */
type OwnSignIn = { readonly provider: string; readonly canHaveFactor: boolean } | 'API_TOKEN';

/** The value of a path before and after a change. */
interface Values {
  readonly before: Json;
  readonly after: Json;
}

function faultOfAuthor(path: string, { before, after }: Values, own: OwnSignIn): Fault<UserErrorCode> | null {
  if (own === 'API_TOKEN') return closesWay(path, before, after) ? OWN.TOKEN_CLOSES_WAY() : null;
  const { provider, canHaveFactor } = own;
  if (path === ALLOWED && Array.isArray(after) && !after.includes(provider))
    return OWN.OWN_WAY_CLOSED({ provider });
  if (path === FACTOR && after === true && !canHaveFactor) return OWN.OWN_FACTOR_MISSING({ provider });
  return null;
}

function closesWay(path: string, before: Json, after: Json): boolean {
  if (path === FACTOR) return after === true && before !== true;
  return (
    path === ALLOWED &&
    Array.isArray(before) &&
    Array.isArray(after) &&
    before.some((way) => !after.includes(way))
  );
}

/** The layer of the platform acts on its users immediately, that of a tenant on those of the tenant. */
function actsOnAuthor({ viewer }: ViewerContext, { scope, tenantId }: LayerChange['row']): boolean {
  if (scope === 'TENANT') return viewer.tenantId === tenantId;
  return scope === 'PLATFORM' && viewer.tenantId === null;
}

async function signInOfAuthor(
  tx: Reading,
  { viewer, sessionId, outside }: ViewerContext,
): Promise<OwnSignIn> {
  if (viewer.apiToken) return 'API_TOKEN';
  if (!sessionId) return { provider: 'OIDC', canHaveFactor: outside?.hasSecondFactor === true };
  const { provider } = await tx.db.session.findUniqueOrThrow({
    where: { id: sessionId },
    select: { provider: true },
  });
  return { provider, canHaveFactor: true };
}
