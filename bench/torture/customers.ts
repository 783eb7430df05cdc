import type { Api } from '../support/api.ts';
import type { Tenant } from '../support/people.ts';

/** The fields of a customer that clients query and subscribe to. The notes are forbidden to a CSR. */
export const SELECTION = 'id version company contactName status internalNotes';

/** A customer as a client sees it. */
export interface SeenCustomer {
  readonly id: string;
  readonly version: number;
  readonly company: string;
  readonly contactName: string;
  readonly status: string;
  readonly internalNotes: string | null;
}

/** The list of a tenant's customers, and the position of the feed before any of it was read. */
export interface Snapshot {
  readonly cursor: string;
  readonly customers: readonly SeenCustomer[];
}

const LIST = `query ($tenantId: ID!, $after: String) {
  customers(tenantId: $tenantId, first: 100, after: $after) {
    feedCursor pageInfo { hasNextPage endCursor } nodes { ${SELECTION} } } }`;

const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;

interface Page {
  readonly feedCursor: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly SeenCustomer[];
}

/** Takes a snapshot, page by page: changes meanwhile come after the cursor of the first page. */
export async function takeSnapshot(api: Api, tenantId: string): Promise<Snapshot> {
  const customers: SeenCustomer[] = [];
  let cursor: string | null = null;
  let after: string | null = null;
  do {
    // A CSR gets an error for each of the notes beside the data.
    const answer = await api.send<{ customers: Page }>(LIST, { tenantId, after });
    if (!answer?.data?.customers) throw new Error(`No list of customers: ${JSON.stringify(answer)}`);
    const page: Page = answer.data.customers;
    cursor ??= page.feedCursor;
    customers.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return { cursor, customers };
}

/** The texts of a write: each tenant's name is a canary that the other must not see, notes are one for a CSR. */
export function textsOf(tenant: { readonly name: string }, mark: string) {
  return {
    company: `${tenant.name} ${mark}`,
    contactName: mark,
    internalNotes: `notes of ${tenant.name} ${mark}`,
  };
}

/** Creates a customer that marks a position in the feed, and returns its id. */
export async function placeMarker(tenant: Tenant, mark: string): Promise<string> {
  const input = { ...textsOf(tenant, mark), email: 'marker@torture.test' };
  const { customerCreate } = await tenant.staff.TENANT_ADMIN.ask<{
    customerCreate: { customer: { id: string } };
  }>(CREATE, { input });
  return customerCreate.customer.id;
}
