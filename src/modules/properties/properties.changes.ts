import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { Property, Unit } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  PROPERTY_EXTERNAL_ID_TAKEN: 'The tenant has a property of this external id already.',
  UNIT_EXTERNAL_ID_TAKEN: 'The tenant has a unit of this external id already.',
  UNIT_LABEL_TAKEN: 'The property has a unit of this label already.',
});

/** The refusal to delete a unit to which rows of other rooms refer. */
export const UNIT_IN_USE = sentences('IN_USE', {
  UNIT_HAS_HISTORY: 'The unit has a history, so it cannot be deleted.',
});

/** The change-log entity of properties. */
export const propertyEntity: Entity<Property> = {
  name: 'Property',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    property_tenant_id_external_id_key: {
      field: 'externalId',
      refusal: TAKEN.PROPERTY_EXTERNAL_ID_TAKEN(),
    },
  },
};

/** The change-log entity of units. */
export const unitEntity: Entity<Unit> = {
  name: 'Unit',
  feeds: ({ tenantId }) => [tenantId],
  unique: {
    unit_property_id_label_key: {
      field: 'label',
      refusal: TAKEN.UNIT_LABEL_TAKEN(),
    },
    unit_tenant_id_external_id_key: {
      field: 'externalId',
      refusal: TAKEN.UNIT_EXTERNAL_ID_TAKEN(),
    },
  },
};
