import type { ComponentType } from 'react';
import type { TextKey } from './texts.ts';

/** The wings of the console, in the order of the menu. */
export const WINGS = ['propertyHub', 'consent', 'status', 'configuration', 'admin'] as const;

/** A page, with the right that it takes and its place in the menu. */
export interface PageOf {
  readonly path: string;
  /** Users with one of these see the page; without any, all who are signed in do. */
  readonly permissions?: readonly string[];
  /** A page without one is reached from another page. */
  readonly menu?: { readonly wing: (typeof WINGS)[number]; readonly text: TextKey };
  /** Each page is a chunk of its own, loaded when it is opened. */
  readonly load: () => Promise<ComponentType>;
}

/** All pages but the home page. */
export const PAGES: readonly PageOf[] = [
  {
    path: '/customers',
    permissions: ['customers:read'],
    menu: { wing: 'propertyHub', text: 'menu.customers' },
    load: async () => (await import('../property-hub/customers-page.tsx')).CustomersPage,
  },
  {
    path: '/customers/$id',
    permissions: ['customers:read'],
    load: async () => (await import('../property-hub/customer-page.tsx')).CustomerPage,
  },
  {
    path: '/maintenance',
    permissions: ['maintenance:read'],
    menu: { wing: 'propertyHub', text: 'menu.maintenance' },
    load: async () => (await import('../property-hub/maintenance-page.tsx')).MaintenancePage,
  },
  {
    path: '/maintenance/$id',
    permissions: ['maintenance:read'],
    load: async () => (await import('../property-hub/request-page.tsx')).RequestPage,
  },
  {
    path: '/account',
    permissions: ['account:read'],
    menu: { wing: 'propertyHub', text: 'menu.ownAccount' },
    load: async () => (await import('../property-hub/account-page.tsx')).AccountPage,
  },
  {
    path: '/consent',
    permissions: ['consents:give'],
    menu: { wing: 'consent', text: 'menu.ownConsents' },
    load: async () => (await import('../consent/own-consents-page.tsx')).OwnConsentsPage,
  },
  {
    path: '/consent/requests',
    permissions: ['consents:write'],
    menu: { wing: 'consent', text: 'menu.consents' },
    load: async () => (await import('../consent/consents-page.tsx')).ConsentsPage,
  },
  {
    path: '/status-board',
    permissions: ['status:read'],
    menu: { wing: 'status', text: 'menu.status' },
    load: async () => (await import('../status/board-page.tsx')).BoardPage,
  },
  {
    path: '/incidents/$id',
    permissions: ['status:read'],
    load: async () => (await import('../status/incident-page.tsx')).IncidentPage,
  },
  {
    path: '/config/tree',
    permissions: ['config:read'],
    menu: { wing: 'configuration', text: 'menu.configTree' },
    load: async () => (await import('../configuration/tree-page.tsx')).TreePage,
  },
  {
    path: '/config/conflicts',
    permissions: ['config:read'],
    menu: { wing: 'configuration', text: 'menu.configConflicts' },
    load: async () => (await import('../configuration/conflicts-page.tsx')).ConflictsPage,
  },
  {
    path: '/notifications',
    load: async () => (await import('../notifications/notifications-page.tsx')).NotificationsPage,
  },
  {
    path: '/me',
    load: async () => (await import('../own-profile/own-profile-page.tsx')).OwnProfilePage,
  },
  {
    path: '/admin/users',
    permissions: ['users:read'],
    menu: { wing: 'admin', text: 'menu.users' },
    load: async () => (await import('../admin/users-page.tsx')).UsersPage,
  },
  {
    path: '/admin/jobs',
    permissions: ['bulk-jobs:read'],
    menu: { wing: 'admin', text: 'menu.jobs' },
    load: async () => (await import('../admin/jobs-page.tsx')).JobsPage,
  },
  {
    path: '/admin/audit',
    permissions: ['audit:read'],
    menu: { wing: 'admin', text: 'menu.audit' },
    load: async () => (await import('../admin/audit-page.tsx')).AuditPage,
  },
];
