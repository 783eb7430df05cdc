import type { Organization, Tenant } from '../../generated/prisma/client.ts';
import type { Transaction } from './transact.ts';

/**
 * The demo data of a room: what it adds to the platform, to a new demo organization and to a new demo tenant.
 *
 * Each of these is one transaction, in which the rooms run one after the other, in the order of `src/rooms.ts`. So a
 * room finds the rows of earlier rooms by reading the transaction; ordered by id they come in the order of their creation.
 */
export interface DemoData {
  /** May run when its rows exist already, and on two nodes at the same time: it skips the rows that exist. */
  platform?(tx: Transaction, place: DemoPlatform): Promise<void>;
  organization?(tx: Transaction, place: DemoOrganization): Promise<void>;
  tenant?(tx: Transaction, place: DemoTenant): Promise<void>;
}

/** The parameters of the demo data of the platform. */
export interface DemoPlatform {
  /** The hash of the one password of all demo accounts. */
  readonly passwordHash: string;
}

/** The parameters of the demo data of an organization. */
export interface DemoOrganization extends DemoPlatform {
  readonly organization: Organization;
}

/** The parameters of the demo data of a tenant. */
export interface DemoTenant extends DemoPlatform {
  readonly tenant: Tenant;
  /** Counts the demo tenants from 0, so that the rows of two tenants can differ. */
  readonly number: number;
  /** The size of the tenant. Each room decides the number of its rows for each size. */
  readonly size: DemoSize;
  /** The currency of the tenant's prices and payments. */
  readonly currency: string;
  /** Keeps the bytes of a file under an id that the room has made. */
  readonly keepFile: (id: string, bytes: Uint8Array) => Promise<void>;
}

export type DemoSize = 'SMALL' | 'MEDIUM' | 'LARGE';
