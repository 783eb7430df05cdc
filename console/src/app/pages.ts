import type { ComponentType } from 'react';
import type { TextKey } from './texts.ts';

/** The wings of the console, in the order of the menu. */
export const WINGS = ['propertyHub', 'admin'] as const;

/** A page, with the right that it takes and its place in the menu. */
export interface PageOf {
  readonly path: string;
  /** Users with one of these see the page; without any, all who are signed in do. */
  readonly permissions?: readonly string[];
  /** Shown without the shell, to readers who do not sign in. */
  readonly isPublic?: boolean;
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
];
