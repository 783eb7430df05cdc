import type { CataloguePath } from './catalogue-path.ts';
import { secretValue } from './secret-path.ts';

const settableAt = ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'] as const;
const auth = { type: 'AUTH', settableAt } as const satisfies Partial<CataloguePath>;
const notifications = { type: 'NOTIFICATIONS', settableAt } as const satisfies Partial<CataloguePath>;

/** A registration is one value, because half of it is none; all its members are required. */
function registration(properties: Readonly<Record<string, object>>) {
  return {
    schema: {
      type: ['object', 'null'],
      required: Object.keys(properties),
      properties,
      additionalProperties: false,
    },
    default: null,
    combine: 'REPLACE',
    readers: 'STAFF',
  } as const satisfies Partial<CataloguePath>;
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** The registrations with outside providers of sign-in, beside that with an OIDC issuer, and their secrets. */
export const AUTH_PROVIDER_PATHS: readonly CataloguePath[] = [
  {
    ...auth,
    path: 'auth.providers.google',
    description: 'The registration with Google. Null: none.',
    ...registration({ clientId: text(200) }),
  },
  {
    ...auth,
    path: 'auth.providers.google.secret',
    description: 'The secret of the client that is registered with Google. Null: none.',
    ...secretValue,
  },
  {
    ...auth,
    path: 'auth.providers.microsoft',
    description: 'The registration with Microsoft. Null: none.',
    ...registration({ clientId: text(200) }),
  },
  {
    ...auth,
    path: 'auth.providers.microsoft.secret',
    description: 'The secret of the client that is registered with Microsoft. Null: none.',
    ...secretValue,
  },
  {
    ...auth,
    path: 'auth.providers.oidc.secret',
    description: 'The secret of the client that is registered with the issuer of outside tokens. Null: none.',
    ...secretValue,
  },
];

/** The services that send notifications, beside the provider of text messages, and their secrets. */
export const NOTIFICATION_PROVIDER_PATHS: readonly CataloguePath[] = [
  {
    ...notifications,
    path: 'notifications.email.provider',
    description: 'The mail server and the sender. One value. Null: none.',
    ...registration({
      host: text(253),
      port: { type: 'integer', minimum: 1, maximum: 65_535 },
      userName: text(200),
      sender: { type: 'string', maxLength: 254, pattern: '^[^@ ]+@[^@ ]+$' },
    }),
  },
  {
    ...notifications,
    path: 'notifications.email.secret',
    description: 'The password for the mail server. Null: none.',
    ...secretValue,
  },
  {
    ...notifications,
    path: 'notifications.push.provider',
    description:
      'The service of push messages and the application that receives them. One value. Null: none.',
    ...registration({ provider: { enum: ['APNS', 'FCM'] }, applicationId: text(200) }),
  },
  {
    ...notifications,
    path: 'notifications.push.secret',
    description: 'The key for the service of push messages. Null: none.',
    ...secretValue,
  },
  {
    ...notifications,
    path: 'notifications.sms.secret',
    description: 'The key for the provider of text messages. Null: none.',
    ...secretValue,
  },
];
