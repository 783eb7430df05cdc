import { Installation } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import { runSql } from './servers/run-sql.ts';

/** The people of a test about status: see `aStatusStage`. */
export type StatusStage = Awaited<ReturnType<typeof aStatusStage>>;

/**
 * Starts two nodes on one PostgreSQL, with an organization of the tenants Acme and Annex, and Globex of another one. Olga
 * administers the organization; Ada, Ann and Gil the tenants; Sue is the support of Acme, and the resident a user of one
 * of its customers.
 */
export async function aStatusStage(settings: Record<string, string> = {}) {
  const installation = await Installation.start(settings);
  const elsewhere = await installation.anotherNode(settings);
  const { id: acme, organizationId } = await installation.aTenant('Acme');
  const annex = await installation.anotherTenant(organizationId);
  const { id: globex } = await installation.aTenant('Globex');
  const customerId = await installation.aCustomer(acme);
  const ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme });
  return {
    ...{ installation, elsewhere, organizationId, acme, annex, globex, ada },
    olga: await installation.aUser('ORGANIZATION_ADMIN', { organizationId }),
    ann: await installation.aUser('TENANT_ADMIN', { tenantId: annex }),
    gil: await installation.aUser('TENANT_ADMIN', { tenantId: globex }),
    sue: await installation.aUser('SUPPORT', { tenantId: acme }),
    resident: await installation.aUser('RESIDENT', { tenantId: acme, customerId }),

    /** Creates a service of the level of a user. */
    async service(by: Person = ada, name = 'Payments'): Promise<string> {
      return (await mutate(by, 'serviceCreate', { input: { name } }, 'serviceId')).serviceId;
    },

    /** The status of a service, and what gives it. */
    async statusOf(id: string, who: Person = ada): Promise<string> {
      const asked = 'query ($id: ID!) { service(id: $id) { status statusSource } }';
      const { status, statusSource } = (await who.ask(asked, { id })).service;
      return `${status} ${statusSource}`;
    },

    /** Runs a statement as the owner of the database, whose clock cannot be held. */
    sql: (statement: string) => runSql(String(installation.app.config.databaseUrl), statement),
  };
}

/** A time so many minutes from now. */
export function minutesFromNow(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
