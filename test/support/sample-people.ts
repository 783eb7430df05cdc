import { Person } from './person.ts';
import type { Stage } from './room-sample.ts';

/** The password of every user in a story. */
export const STORY_PASSWORD = 'a secret of the story';

/** Creates a user of the customer of a stage, and signs it in with a mutation of the story. */
export async function aMember(
  stage: Stage,
  role: string,
): Promise<{ readonly userId: string; readonly email: string; readonly person: Person }> {
  const { Tenant: tenantId, Customer: customerId } = stage.ids;
  const email = `${stage.text()}@lockstep.test`;
  const input = { tenantId, customerId, role, email, name: role, password: STORY_PASSWORD };
  const { userId } = await stage.run('userCreate', { input }, stage.root, 'userId');
  return { userId, email, person: await enter(stage, email, STORY_PASSWORD) };
}

/** Signs in with a password and gives the user, whose tokens the story keeps as secrets. */
export async function enter(stage: Stage, email: string, password: string): Promise<Person> {
  const stranger = new Person(stage.url, null);
  const input = { email, password };
  const { accessToken, refreshToken } = await stage.run(
    'signIn',
    { input },
    stranger,
    'accessToken refreshToken',
  );
  stage.keepSecret(password, accessToken, refreshToken);
  return new Person(stage.url, accessToken);
}
