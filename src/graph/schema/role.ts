import { enumType } from './enum-type.ts';

export const Role = enumType(
  'Role',
  'The role of a user; it decides what the user may do. Each role belongs to one level: the platform, an organization, a tenant, or a customer of a tenant.',
  {
    PLATFORM_ADMIN: 'Administers the whole installation.',
    PLATFORM_SUPPORT: 'Reads everything of the installation and changes nothing.',
    ORGANIZATION_ADMIN: 'Reads the tenants of one organization and manages their users.',
    TENANT_ADMIN: 'Administers one tenant.',
    SUPPORT: 'Supports the customers of a tenant.',
    CSR: 'Customer service representative of a tenant.',
    OWNER: 'Owner of a customer account; a member of the customer.',
    MANAGER: 'Manages a customer account without seeing its prices; a member of the customer.',
    RESIDENT: 'Rents from a customer; a member of the customer.',
  },
);
