import { union } from '../algebra/floors.ts';
import type { CataloguePath } from './catalogue-path.ts';

const notifications = {
  type: 'NOTIFICATIONS',
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT', 'USER'],
  combine: 'REPLACE',
  readers: 'USERS',
} as const satisfies Partial<CataloguePath>;

const channels = {
  ...notifications,
  schema: { type: 'array', items: { enum: ['EMAIL', 'SMS', 'PUSH'] }, uniqueItems: true },
  floor: union,
  isSet: true,
} as const satisfies Partial<CataloguePath>;

/** The notifications of users, and their channels. */
export const NOTIFICATIONS_PATHS: readonly CataloguePath[] = [
  {
    ...channels,
    path: 'notifications.incidents.channels',
    description: 'The channels for incidents.',
    default: ['EMAIL'],
  },
  {
    ...channels,
    path: 'notifications.maintenance.channels',
    description: 'The channels for maintenance.',
    default: ['EMAIL'],
  },
  {
    ...channels,
    path: 'notifications.payments.channels',
    description: 'The channels for payments.',
    default: ['EMAIL'],
  },
  {
    ...notifications,
    path: 'notifications.digest',
    description: 'How often what is not urgent is sent.',
    schema: { enum: ['IMMEDIATELY', 'DAILY', 'WEEKLY', 'NEVER'] },
    default: 'DAILY',
  },
  {
    ...notifications,
    path: 'notifications.quietHours',
    description:
      'The hours in which no message is sent, on the clocks of a time zone (IANA), e.g. from 22:00 until 07:00. Equal times are none. One value. Null: none.',
    schema: {
      type: ['object', 'null'],
      required: ['from', 'until', 'timeZone'],
      properties: {
        from: { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' },
        until: { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' },
        timeZone: { type: 'string', maxLength: 64, format: 'time-zone' },
      },
      additionalProperties: false,
    },
    default: null,
  },
  {
    ...notifications,
    path: 'notifications.language',
    description: 'The language of notifications, as a BCP 47 tag. Null: that of the tenant.',
    schema: { type: ['string', 'null'], maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' },
    default: null,
  },
  {
    ...notifications,
    path: 'notifications.sms.provider',
    description: 'The provider of text messages and its sender. One value. Null: none.',
    schema: {
      type: ['object', 'null'],
      required: ['provider', 'sender'],
      properties: {
        provider: { enum: ['TWILIO', 'VONAGE'] },
        sender: { type: 'string', minLength: 1, maxLength: 20 },
      },
      additionalProperties: false,
    },
    default: null,
    settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
    readers: 'STAFF',
  },
];
