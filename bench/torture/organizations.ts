import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import type { Balancer } from './balancer.ts';

const CREATE = `mutation ($name: String!, $slug: String!) {
  organizationCreate(input: { name: $name, slug: $slug }) { organization { id } userErrors { code } } }`;
const MAX_REST_MS = 1_000;

/**
 * Founds organizations until the run is over, and gives their number. They are changes in the feed of the platform,
 * which has the same id in every installation: without names of its own, each would receive the wake-ups of the others.
 */
export async function foundOrganizations(
  root: Api,
  balancer: Balancer,
  dice: Dice,
  isOver: () => boolean,
): Promise<number> {
  let founded = 0;
  for (let attempt = 1; !isOver(); attempt += 1) {
    const { url } = await balancer.pick(dice);
    const variables = { name: `Organization ${attempt}`, slug: `organization-${attempt}` };
    const answer = await root.at(url).send<{ organizationCreate: object | null }>(CREATE, variables);
    if (answer?.data?.organizationCreate) founded += 1;
    await pause(dice.between(0, MAX_REST_MS));
  }
  return founded;
}
