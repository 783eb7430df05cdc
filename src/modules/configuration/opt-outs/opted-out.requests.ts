import { CATALOGUE } from '../../../configuration/catalogue/catalogue.ts';
import type { ConfigOptOut, PrismaClient } from '../../../generated/prisma/client.ts';

/** The part of a client or a transaction that reading opt-outs needs. */
type OptOutReader = Pick<PrismaClient, 'configOptOut'>;

/** The opt-outs of a tenant that have not ended, the first one first: of each path there is one at most. */
export function activeOptOuts(db: OptOutReader, tenantId: string): Promise<ConfigOptOut[]> {
  return db.configOptOut.findMany({
    where: { tenantId, status: 'ACTIVE' },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
}

/** The paths that an opt-out is about: of a type also those that a later release has added to it. */
export function pathsOf({ type, paths }: Pick<ConfigOptOut, 'type' | 'paths'>): readonly string[] {
  return type ? CATALOGUE.filter((entry) => entry.type === type).map(({ path }) => path) : paths;
}
