import { builder } from '../../graph/schema/builder.ts';

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
