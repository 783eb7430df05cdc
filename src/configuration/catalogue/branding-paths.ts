import type { CataloguePath } from './catalogue-path.ts';

const branding = {
  type: 'BRANDING',
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
  combine: 'REPLACE',
  readers: 'USERS',
} as const satisfies Partial<CataloguePath>;

const business = {
  type: 'BUSINESS',
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
  readers: 'USERS',
} as const satisfies Partial<CataloguePath>;

/** The presentation of a tenant, and its names of things. */
export const BRANDING_PATHS: readonly CataloguePath[] = [
  {
    ...branding,
    path: 'branding.name',
    description: 'The name that users see. Null: that of the tenant.',
    schema: { type: ['string', 'null'], minLength: 1, maxLength: 200 },
    default: null,
  },
  {
    ...branding,
    path: 'branding.primaryColor',
    description: 'The main colour, as `#rrggbb`.',
    schema: { type: 'string', maxLength: 7, pattern: '^#[0-9a-f]{6}$' },
    default: '#1f4e79',
  },
  {
    ...branding,
    path: 'branding.supportEmail',
    description: 'The address that users write to. Null: none.',
    schema: { type: ['string', 'null'], maxLength: 254, pattern: '^[^@ ]+@[^@ ]+$' },
    default: null,
  },
  {
    ...business,
    path: 'business.labels',
    description: 'What the tenant calls things, by their key, e.g. `unit`. A key below replaces that above.',
    schema: {
      type: 'object',
      maxProperties: 100,
      propertyNames: { maxLength: 50, pattern: '^[a-z][a-zA-Z]*$' },
      additionalProperties: { type: 'string', minLength: 1, maxLength: 100 },
    },
    default: {},
    combine: 'MAP',
  },
  {
    ...business,
    path: 'business.documentKinds',
    description: 'The kinds of documents that the tenant keeps, with those that the platform names.',
    schema: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 50 },
      maxItems: 100,
      uniqueItems: true,
    },
    default: [],
    combine: 'UNION',
    isSet: true,
  },
];
