import type { CataloguePath } from './catalogue-path.ts';

const template = {
  type: 'PERMISSIONS',
  schema: {
    type: ['array', 'null'],
    items: { type: 'string', maxLength: 100, pattern: '^[a-z-]+:[a-z-]+$' },
    maxItems: 200,
    uniqueItems: true,
  },
  default: null,
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
  combine: 'REPLACE',
  isSet: true,
  readers: 'STAFF',
} as const satisfies Partial<CataloguePath>;

/** The permission templates. Null: the permissions that the rooms grant to the role. */
export const PERMISSIONS_PATHS: readonly CataloguePath[] = [
  { path: 'permissions.templates.CSR', description: 'The permissions of CSR.', ...template },
  { path: 'permissions.templates.MANAGER', description: 'The permissions of MANAGER.', ...template },
  { path: 'permissions.templates.OWNER', description: 'The permissions of OWNER.', ...template },
  { path: 'permissions.templates.RESIDENT', description: 'The permissions of RESIDENT.', ...template },
  { path: 'permissions.templates.SUPPORT', description: 'The permissions of SUPPORT.', ...template },
  {
    path: 'permissions.templates.TENANT_ADMIN',
    description: 'The permissions of TENANT_ADMIN.',
    ...template,
  },
];
