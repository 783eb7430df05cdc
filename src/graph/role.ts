import { builder } from './builder.ts';

/** What a person is. */
export const Role = builder.enumType('Role', {
  description: 'What a person is; it decides what they may do. Each role belongs to one level.',
  values: {
    PLATFORM_ADMIN: { description: 'Runs the whole installation.' },
    PLATFORM_SUPPORT: { description: 'Reads everything of the installation and changes nothing.' },
    ORGANIZATION_ADMIN: { description: 'Reads the tenants of one organization and manages their users.' },
    TENANT_ADMIN: { description: 'Runs one tenant.' },
    SUPPORT: { description: 'Serves the customers of a tenant.' },
    CSR: { description: 'Represents the service of a tenant towards its customers.' },
    OWNER: { description: 'Answers for a customer; a member of it.' },
    MANAGER: { description: 'Manages for a customer, without its prices; a member of it.' },
    RESIDENT: { description: 'Rents from a customer; a member of it.' },
  } as const,
});
