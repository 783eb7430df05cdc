import type { Entity } from '../../core/rows/change.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';

/** The change-log entity of properties. */
export const propertyEntity: Entity<Property> = {
  name: 'Property',
  feeds: ({ tenantId }) => [tenantId],
};

/** The change-log entity of units. */
export const unitEntity: Entity<Unit> = {
  name: 'Unit',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    unit_property_id_label_key: {
      field: 'label',
      refusal: 'The property has a unit of this label already.',
    },
  },
};
