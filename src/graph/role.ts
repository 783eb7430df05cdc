import { builder } from './builder.ts';

/** What a person is. */
export const Role = builder.enumType('Role', {
  description:
    'The role of a user; it decides what the user may do. Each role belongs to one level: the platform, an organization, a tenant, or a customer of a tenant.',
  values: {
    PLATFORM_ADMIN: { description: 'Administers the whole installation.' },
    PLATFORM_SUPPORT: { description: 'Reads everything of the installation and changes nothing.' },
    ORGANIZATION_ADMIN: { description: 'Reads the tenants of one organization and manages their users.' },
    TENANT_ADMIN: { description: 'Administers one tenant.' },
    SUPPORT: { description: 'Supports the customers of a tenant.' },
    CSR: { description: 'Customer service representative of a tenant.' },
    OWNER: { description: 'Owner of a customer account; a member of the customer.' },
    MANAGER: {
      description: 'Manages a customer account without seeing its prices; a member of the customer.',
    },
    RESIDENT: { description: 'Rents from a customer; a member of the customer.' },
  } as const,
});
