import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { columnNamesOf, type ModelName } from '../../src/core/rows/models.ts';
import { entities, grantedPermissions } from '../../src/rooms.ts';
import type { Installation, TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Place } from '../support/room-sample.ts';
import { makeRows, placeOf, withId } from '../support/sample-rows.ts';
import { rowSamples, rowTypes } from '../support/samples.ts';
import { aSampledTenant } from '../support/two-tenants.ts';

/** The usual mutations that a resident may use: that of its own requests, as long as they are OPEN. */
const ALLOWED = ['maintenanceRequestUpdate'];

/** The types of the rows to which the resident belongs. */
const ABOVE = ['Organization', 'Tenant', 'Plan', 'Customer'];

/** The types whose rows belong to a resident. */
const ofResidents = rowTypes.filter(
  (type) => entities.has(type as ModelName) && columnNamesOf(type as ModelName).includes('residentId'),
);

let installation: Installation;
let resident: TestUser;
let place: Place;

beforeAll(async () => {
  const sampled = await aSampledTenant();
  installation = sampled.installation;
  const { root } = installation;
  const made = sampled.tenant.ids;
  resident = await installation.aUser('RESIDENT', {
    tenantId: made.Tenant ?? '',
    customerId: made.Customer ?? '',
  });
  const permissions = grantedPermissions.of('PLATFORM_ADMIN');
  await mutate(root, 'userUpdate', { id: resident.userId, input: { permissions } });
  const above = Object.entries(made).filter(([type]) => ABOVE.includes(type));
  const ids = await rowsOf({ ...Object.fromEntries(above), User: resident.userId });
  place = placeOf(ids, 'own');
}, 600_000);

afterAll(() => installation.stop());

/** Makes a row of each type that `ids` lacks, and gives the ids of all. */
async function rowsOf(ids: Record<string, string>): Promise<Record<string, string>> {
  await makeRows(installation.root, ids, placeOf(ids, 'own'));
  return ids;
}

test('X: a resident sees its own rows and changes and deletes no row but those that are listed, whatever permissions it holds', async () => {
  expect(ofResidents.length).toBeGreaterThan(2);
  for (const type of ofResidents) {
    const noun = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
    const id = place.ids[type];
    expect(await resident.ask(`query ($id: ID!) { ${noun}(id: $id) { id } }`, { id })).toEqual({
      [noun]: { id },
    });
  }
  const done: string[] = [];
  for (const { type, change, remove } of rowSamples) {
    const id = place.ids[type];
    if (change) {
      const [name, args] = withId(change(place), id);
      if ((await codes(resident, name, args)).length === 0) done.push(name);
    }
    if (remove && (await codes(resident, remove, { id })).length === 0) done.push(remove);
  }
  expect(done).toEqual(ALLOWED);
});
