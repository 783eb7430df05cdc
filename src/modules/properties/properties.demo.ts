import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Customer, Prisma, Property } from '../../generated/prisma/client.ts';
import { pick } from '../../lib/pick.ts';
import { propertyEntity, unitEntity } from './properties.changes.ts';

const HOUSES = [
  'Elm House',
  'The Old Bakery',
  'Station Court',
  'Linden Row',
  'Canal Side',
  'Hill View',
] as const;
const STREETS = [
  'Elm Street',
  'Baker Lane',
  'Station Road',
  'Linden Avenue',
  'Canal Street',
  'Hill Road',
] as const;

/** The number of a tenant's customers with properties, from the first on. */
const LANDLORDS = { SMALL: 2, MEDIUM: 8, LARGE: 15 };
const MOST_PROPERTIES = 2;
const FEWEST_UNITS = 2;
const UNIT_SIZES = 3;

/** The properties and units of each tenant's first customers; the resident rents the first unit of all. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId }, size }) {
    const landlords = await tx.db.customer.findMany({
      where: { tenantId },
      orderBy: { id: 'asc' },
      take: LANDLORDS[size],
    });
    const properties = await tx.db.property.createManyAndReturn({ data: landlords.flatMap(propertiesOf) });
    for (const property of properties) tx.created(propertyEntity, property);

    const resident = await tx.db.user.findFirst({ where: { tenantId, role: 'RESIDENT' } });
    const [first, ...others] = properties.flatMap(unitsOf);
    const data = first ? [{ ...first, residentId: resident?.id }, ...others] : [];
    const units = await tx.db.unit.createManyAndReturn({ data });
    for (const unit of units) tx.created(unitEntity, unit);
  },
};

function propertiesOf(
  { id: customerId, tenantId }: Customer,
  number: number,
): Prisma.PropertyCreateManyInput[] {
  return Array.from({ length: 1 + (number % MOST_PROPERTIES) }, (_, index) => ({
    tenantId,
    customerId,
    name: pick(HOUSES, number + index),
    address: `${1 + number * MOST_PROPERTIES + index} ${pick(STREETS, number + index)}`,
  }));
}

function unitsOf(
  { id: propertyId, tenantId, customerId }: Property,
  number: number,
): Prisma.UnitCreateManyInput[] {
  return Array.from({ length: FEWEST_UNITS + (number % UNIT_SIZES) }, (_, index) => ({
    tenantId,
    customerId,
    propertyId,
    label: `Flat ${index + 1}`,
  }));
}
