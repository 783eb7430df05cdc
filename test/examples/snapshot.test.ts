import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Customer, Following } from '../../examples/customers.ts';
import { aFollower, FOLLOWERS } from '../support/follower.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';

const PAGE = 100;

let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
const ids: string[] = [];

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  while (ids.length <= PAGE) ids.push(await installation.aCustomer(acme.id, `Customer ${ids.length}`));
});

afterAll(() => installation.stop());

describe.each(FOLLOWERS)('the example for %s', (_name, followCustomers) => {
  test('shows nothing, and ends, when it is stopped during the snapshot', async () => {
    const session = await aFollower(installation, acme.id);
    const onChange = jest.fn();
    const following = followCustomers({ url: installation.app.url, session, onChange });
    following.stop();
    await following.ended;
    expect(onChange).not.toHaveBeenCalled();
  });

  test('ends when it is stopped by the first list that it shows', async () => {
    const session = await aFollower(installation, acme.id);
    const following: Following = followCustomers({
      url: installation.app.url,
      session,
      onChange: () => following.stop(),
    });
    await following.ended;
  });

  test('shows no older version after a newer one, though its stream overlaps its snapshot', async () => {
    const session = await aFollower(installation, acme.id);
    const { fetch } = session;
    let isFirstPage = true;
    // The cursor of the stream comes with the first page. Two updates later the second page is read.
    const fetchBetweenUpdates: typeof fetch = async (...request) => {
      const answer = await fetch(...request);
      if (isFirstPage)
        for (const company of ['One', 'Two']) await renameAllBut(await answer.clone().json(), company);
      isFirstPage = false;
      return answer;
    };
    const versions: number[] = [];
    const last = `Last ${crypto.randomUUID()}`;
    const second = await new Promise<string>((resolve, reject) => {
      let updated = '';
      const following = followCustomers({
        url: installation.app.url,
        session: Object.assign(session, { fetch: fetchBetweenUpdates }),
        onChange(customers) {
          const customer = customers.find(({ company }) => company === 'One' || company === 'Two');
          if (customer) versions.push(customer.version);
          updated ||= customer?.company ?? '';
          if (customers.some(({ company }) => company === last)) {
            following.stop();
            resolve(updated);
          } else if (customers.length === ids.length)
            installation.aCustomer(acme.id, last).then((id) => ids.push(id), reject);
        },
      });
      following.ended.catch(reject);
    });
    expect(second).toBe('Two');
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
  });
});

/** Gives another name to the customers that the first page does not have. */
async function renameAllBut(
  page: { data: { customers: { nodes: Customer[] } } },
  company: string,
): Promise<void> {
  const shown = new Set(page.data.customers.nodes.map(({ id }) => id));
  for (const id of ids.filter((id) => !shown.has(id))) {
    await ada.ask(
      'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }',
      { id, company },
    );
  }
}
