import { intersection, larger, smaller, trueIsStronger, union } from '../algebra/floors.ts';
import type { CataloguePath } from './catalogue-path.ts';

const auth = {
  type: 'AUTH',
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
  combine: 'REPLACE',
} as const satisfies Partial<CataloguePath>;

/** Sign-in. What a user must know to choose a password is for all users; the rest is for the staff. */
export const AUTH_PATHS: readonly CataloguePath[] = [
  {
    ...auth,
    path: 'auth.password.minLength',
    description: 'The fewest characters of a password.',
    schema: { type: 'integer', minimum: 10, maximum: 128 },
    default: 10,
    floor: larger,
    readers: 'USERS',
  },
  {
    ...auth,
    path: 'auth.password.requiredClasses',
    description: 'The classes of characters that a password must have.',
    schema: {
      type: 'array',
      items: { enum: ['LOWER', 'UPPER', 'DIGIT', 'SYMBOL'] },
      uniqueItems: true,
    },
    default: [],
    floor: union,
    isSet: true,
    readers: 'USERS',
  },
  {
    ...auth,
    path: 'auth.password.maxAgeDays',
    description: 'The days after which a password must be changed. Null: never.',
    schema: { type: ['integer', 'null'], minimum: 1, maximum: 3_650 },
    default: null,
    floor: smaller,
    readers: 'USERS',
  },
  {
    ...auth,
    path: 'auth.session.maxHours',
    description: 'The hours after which a session ends. Null: it ends as the server decides.',
    schema: { type: ['integer', 'null'], minimum: 1, maximum: 8_760 },
    default: null,
    floor: smaller,
    readers: 'STAFF',
  },
  {
    ...auth,
    path: 'auth.session.idleMinutes',
    description: 'The minutes without a renewal after which a session ends. Null: it does not end for that.',
    schema: { type: ['integer', 'null'], minimum: 15, maximum: 525_600 },
    default: null,
    floor: smaller,
    readers: 'STAFF',
  },
  {
    ...auth,
    path: 'auth.secondFactor.required',
    description: 'Whether users must have a second factor.',
    schema: { type: 'boolean' },
    default: false,
    floor: trueIsStronger,
    readers: 'USERS',
  },
  {
    ...auth,
    path: 'auth.providers.allowed',
    description:
      'The ways to sign in. PASSWORD or OIDC is among them: by the others alone no user could sign in.',
    schema: {
      type: 'array',
      items: { enum: ['PASSWORD', 'GOOGLE', 'MICROSOFT', 'OIDC'] },
      // So a floor above that leaves none of them does not act either, and no administrator is kept from mending it.
      contains: { enum: ['PASSWORD', 'OIDC'] },
      minItems: 1,
      uniqueItems: true,
    },
    default: ['OIDC', 'PASSWORD'],
    floor: intersection,
    isSet: true,
    readers: 'STAFF',
  },
  {
    ...auth,
    path: 'auth.providers.oidc',
    description: 'The issuer of outside tokens. One value: half of a pair is no provider. Null: none.',
    schema: {
      type: ['object', 'null'],
      required: ['issuer', 'clientId'],
      properties: {
        issuer: { type: 'string', minLength: 1, maxLength: 500 },
        clientId: { type: 'string', minLength: 1, maxLength: 200 },
      },
      additionalProperties: false,
    },
    default: null,
    readers: 'STAFF',
  },
  {
    ...auth,
    path: 'auth.provisioning.role',
    description:
      'The role of the user that the first outside token of a new address makes, where the server has an issuer whose addresses of this domain lead to the tenant. Null: none is made.',
    schema: { enum: ['SUPPORT', 'CSR', null] },
    default: null,
    readers: 'STAFF',
  },
];
