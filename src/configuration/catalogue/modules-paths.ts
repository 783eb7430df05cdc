import { falseIsStronger } from '../algebra/floors.ts';
import type { CataloguePath } from './catalogue-path.ts';

const module = {
  type: 'MODULES',
  schema: { type: 'boolean' },
  default: true,
  settableAt: ['PLATFORM', 'BUSINESS_TYPE', 'TENANT'],
  floor: falseIsStronger,
  combine: 'REPLACE',
  readers: 'USERS',
} as const satisfies Partial<CataloguePath>;

/** The modules that can be switched off. Configuration, sessions, users and the audit log cannot. */
export const MODULES_PATHS: readonly CataloguePath[] = [
  { path: 'modules.consents.enabled', description: 'Whether the tenant has consents.', ...module },
  { path: 'modules.files.enabled', description: 'Whether the tenant has file-access policies.', ...module },
  {
    path: 'modules.maintenance.enabled',
    description: 'Whether the tenant has maintenance requests.',
    ...module,
  },
  { path: 'modules.payments.enabled', description: 'Whether the tenant has payments.', ...module },
  {
    path: 'modules.properties.enabled',
    description: 'Whether the tenant has properties and units.',
    ...module,
  },
  {
    path: 'modules.status.enabled',
    description: 'Whether the tenant has services and incidents.',
    ...module,
  },
];
