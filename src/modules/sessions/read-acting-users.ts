import {
  type ActingLayers,
  type ActingLayersRow,
  actingLayers,
  actingLayersSql,
} from '../../configuration/layers/acting-layers.ts';
import { MODULES_OFF_OF_PERSON } from '../../configuration/layers/modules-off.ts';
import type { ModulesOff } from '../../core/rights/modules.ts';
import { rowSql, tableSql } from '../../db/table-sql.ts';
import {
  type ApiToken,
  Prisma,
  type PrismaClient,
  type Session,
  type SessionRenewal,
  type Tenant,
  type User,
} from '../../generated/prisma/client.ts';
import type { ActingUser } from './acting-user.ts';

/** The part of a session that tells whether it can still be used, under any settings. */
export type SessionState = Pick<
  Session,
  'id' | 'revokedAt' | 'expiresAt' | 'tenantSuspensions' | 'provider' | 'factor' | 'authenticatedAt'
> &
  Pick<SessionRenewal, 'renewedAt'>;

/** The part of an API token that tells whether it can be used, and with which permissions. */
export interface ApiTokenState
  extends Pick<ApiToken, 'id' | 'name' | 'permissions' | 'networks' | 'generation'> {
  readonly expiresAt: Date;
  readonly previousEndsAt: Date | null;
}

/**
 * A user with those of the requested sessions and API tokens that are its own, and the layers of settings that act on it.
 */
export interface UserInSession extends ActingUser {
  readonly layers: ActingLayers;
  readonly sessions: readonly SessionState[];
  /** Those that were not revoked, and that were made where the user belongs now. */
  readonly apiTokens: readonly ApiTokenState[];
  /** The modules that are off where the user may see anything. */
  readonly modulesOff: ModulesOff;
  /** Whether the user wants to be seen by no one. */
  readonly isInvisible: boolean;
}

const PERSON = { model: 'User', alias: 'person' } as const;
const HOME = { model: 'Tenant', alias: 'home' } as const;
const SESSION = { model: 'Session', alias: 'session' } as const;
const RENEWAL = { model: 'SessionRenewal', alias: 'renewal' } as const;

/** One user with one of its sessions, or without any. */
interface Line extends User {
  readonly home: Pick<Tenant, 'status' | 'suspensions' | 'organizationId'> | null;
  readonly tenantIds: readonly string[];
  readonly modulesOff: ModulesOff;
  readonly isInvisible: boolean;
  readonly sessionId: string | null;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date;
  readonly tenantSuspensions: number;
  readonly provider: Session['provider'];
  readonly factor: Session['factor'];
  readonly authenticatedAt: Date;
  readonly renewedAt: Date;
  readonly layers: ActingLayersRow;
  readonly apiTokens: readonly ApiTokenLine[];
}

/** An API token as JSON, its times in milliseconds. */
type ApiTokenLine = Omit<ApiTokenState, 'expiresAt' | 'previousEndsAt'> & {
  readonly expiresAt: number;
  readonly previousEndsAt: number | null;
};

/**
 * Reads users with all that tells whether and where they may act, by their ids and those of sessions and API tokens. It is
 * one statement: it comes before every request, and all that it reads is of one moment.
 */
export async function readActingUsers(
  prisma: PrismaClient,
  userIds: readonly string[],
  ids: readonly string[],
): Promise<Map<string, UserInSession>> {
  const lines = await prisma.$queryRaw<Line[]>`
    SELECT ${rowSql(PERSON)},
      CASE WHEN home.id IS NOT NULL THEN jsonb_build_object(
        'status', home.status, 'suspensions', home.suspensions, 'organizationId', home.organization_id) END AS home,
      ARRAY(SELECT id FROM tenant
        WHERE organization_id = person.organization_id AND status <> 'ARCHIVED' ORDER BY id) AS "tenantIds",
      ${MODULES_OFF_OF_PERSON} AS "modulesOff",
      EXISTS (SELECT FROM presence_choice WHERE user_id = person.id AND is_invisible) AS "isInvisible",
      session.id AS "sessionId", session.revoked_at AS "revokedAt", least(session.expires_at, renewal.ended_at) AS "expiresAt",
      session.tenant_suspensions AS "tenantSuspensions", session.provider, session.factor,
      session.authenticated_at AS "authenticatedAt", coalesce(renewal.renewed_at, session.created_at) AS "renewedAt",
      ARRAY(
        SELECT jsonb_build_object('id', id, 'name', name, 'permissions', permissions, 'networks', networks,
          'generation', generation, 'expiresAt', ${millisecondsSql('expires_at')},
          'previousEndsAt', ${millisecondsSql('previous_ends_at')})
        FROM api_token
        WHERE id = ANY (${ids}::uuid[]) AND user_id = person.id AND revoked_at IS NULL
          AND tenant_id IS NOT DISTINCT FROM person.tenant_id
          AND organization_id IS NOT DISTINCT FROM person.organization_id) AS "apiTokens",
      ${actingLayersSql(Prisma.raw('person.tenant_id'))} AS layers
    FROM ${tableSql(PERSON)}
    LEFT JOIN ${tableSql(HOME)} ON home.id = person.tenant_id
    LEFT JOIN ${tableSql(SESSION)} ON session.user_id = person.id AND session.id = ANY (${ids}::uuid[])
    LEFT JOIN ${tableSql(RENEWAL)} ON renewal.session_id = session.id
    WHERE person.id = ANY (${userIds}::uuid[])`;
  const users = new Map<string, UserInSession>();
  for (const {
    home,
    tenantIds,
    sessionId,
    revokedAt,
    expiresAt,
    tenantSuspensions,
    provider,
    factor,
    authenticatedAt,
    renewedAt,
    layers,
    apiTokens,
    ...user
  } of lines) {
    const organization = user.organizationId ? { tenants: tenantIds.map((id) => ({ id })) } : null;
    const proof = { provider, factor, authenticatedAt, renewedAt };
    const session = sessionId ? [{ id: sessionId, revokedAt, expiresAt, tenantSuspensions, ...proof }] : [];
    const before = users.get(user.id)?.sessions ?? [];
    users.set(user.id, {
      ...user,
      tenant: home,
      organization,
      sessions: [...before, ...session],
      apiTokens: apiTokens.map(apiTokenState),
      layers: actingLayers(layers, user.tenantId),
    });
  }
  return users;
}

function millisecondsSql(column: 'expires_at' | 'previous_ends_at'): Prisma.Sql {
  return Prisma.raw(`(extract(epoch FROM ${column}) * 1000)::float8`);
}

function apiTokenState({ expiresAt, previousEndsAt, ...token }: ApiTokenLine): ApiTokenState {
  return {
    ...token,
    expiresAt: new Date(expiresAt),
    previousEndsAt: previousEndsAt === null ? null : new Date(previousEndsAt),
  };
}
