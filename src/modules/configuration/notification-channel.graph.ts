import { builder } from '../../graph/schema/builder.ts';

/** The channels of notifications. */
export const CHANNELS = ['EMAIL', 'SMS', 'PUSH'] as const;

export type Channel = (typeof CHANNELS)[number];

/** The GraphQL enum of the channels of notifications. */
export const NotificationChannel = builder.enumType('NotificationChannel', {
  description: 'A channel of notifications.',
  values: {
    EMAIL: { description: 'E-mail.' },
    SMS: { description: 'Text messages.' },
    PUSH: { description: 'Push messages to devices.' },
  } as const satisfies Record<Channel, object>,
});
