import type { Entity } from '../../core/rows/change.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';

/** How a property enters the change log. */
export const propertyEntity: Entity<Property> = {
  name: 'Property',
  feeds: ({ tenantId }) => [tenantId],
};

/** How a unit enters the change log. */
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
