import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';

/** The GraphQL enum of the scopes of layers. */
export const ConfigScope = enumType('ConfigScope', 'The scope of a layer of settings, from the top.', {
  PLATFORM: 'The platform.',
  BUSINESS_TYPE: 'The tenants of a business type.',
  TENANT: 'A tenant.',
  USER: 'A user in a tenant.',
});

/** The GraphQL enum of the modes of settings. */
export const ConfigMode = builder.enumType('ConfigMode', {
  description: 'What a setting means for the scopes below.',
  values: {
    DEFAULT: { description: 'They may set another value.' },
    FLOOR: { description: 'They may set a value that is as strong.' },
    LOCKED: {
      description:
        'They may set none. A value that is set there is kept, and acts again when the lock is gone.',
    },
    USER_OWNED: { description: 'Users set their own, and no scope between sets a mode.' },
  } as const,
});
