import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { attributeEntity } from './attributes.changes.ts';

const OF_PLATFORM = [
  { name: 'contractor', description: 'Works here without being employed here.' },
  {
    name: 'clearance',
    valueType: 'NUMBER',
    description: 'The highest level that a user may read, from 1 to 5.',
  },
  {
    name: 'trained-until',
    valueType: 'DATE_TIME',
    description: 'When the data protection training runs out.',
  },
] as const;

const OF_TENANT = [
  { name: 'finance', description: 'Works with invoices and payments.' },
  { name: 'site', valueType: 'STRING', description: 'Where somebody works.' },
] as const;

/** The pools of the platform and of each tenant. */
export const demo: DemoData = {
  async platform(tx) {
    await createAttributes(
      tx,
      OF_PLATFORM.map((attribute) => ({ ...attribute, scope: 'PLATFORM' })),
    );
  },

  async tenant(tx, { tenant: { id: tenantId } }) {
    await createAttributes(
      tx,
      OF_TENANT.map((attribute) => ({ ...attribute, tenantId, scope: 'TENANT' })),
    );
  },
};

async function createAttributes(tx: Transaction, data: Prisma.AttributeCreateManyInput[]): Promise<void> {
  const attributes = await tx.db.attribute.createManyAndReturn({ data, skipDuplicates: true });
  for (const attribute of attributes) tx.created(attributeEntity, attribute);
}
