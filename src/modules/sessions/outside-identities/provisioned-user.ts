import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { tenantEntity } from '../../tenants/tenants.changes.ts';
import { PROVISIONING_PATH, provisionedRole } from '../../users/provisioned-role.terms.ts';
import { userEntity } from '../../users/users.changes.ts';
import type { OutsideClaims, OutsideIssuer } from '../outside-issuer.ts';
import { outsideProof } from '../outside-proof.ts';
import { signInRefusal } from '../sign-in-allowed.ts';

/** A token whose subject is bound to no user yet. */
export interface FirstUse {
  readonly issuer: OutsideIssuer;
  readonly claims: OutsideClaims;
  readonly now: Date;
}

/**
 * Makes the user of a verified address whose domain leads to a tenant, in the role that the tenant has set; null if it has
 * set none, if it does not accept the sign-in, and if no user of it may act.
 */
export async function provisionedUser(
  tx: Transaction,
  { issuer, claims: { verifiedEmail: email, name, signIn }, now }: FirstUse,
  slug: string,
): Promise<User | null> {
  if (!email || issuer.tenantOf(email) !== slug) return null;
  const named = await tx.db.tenant.findUnique({ where: { slug }, select: { id: true } });
  if (!named) return null;
  await tx.lockAgainstDelete(tenantEntity, named.id);
  const tenant = await tx.db.tenant.findUnique({ where: { id: named.id } });
  if (tenant?.status !== 'ACTIVE') return null;
  const { signIn: rules, values } = await obeyedSettingsOf(tx.db, tenant.id);
  const role = provisionedRole(values.get(PROVISIONING_PATH));
  if (!role || signInRefusal(outsideProof(signIn), rules, now)) return null;
  const data = { tenantId: tenant.id, name: name ?? email.slice(0, email.indexOf('@')), email, role };
  return tx.created(userEntity, await tx.db.user.create({ data }));
}
