import { tokenIn, untilMailed } from '../../support/kept-mail.ts';
import { Person } from '../../support/person.ts';
import type { Place, RowSample, Stage } from '../../support/room-sample.ts';
import { STORY_PASSWORD } from '../../support/sample-people.ts';

const invited = ({ ids, text }: Pick<Place, 'ids' | 'text'>) => ({
  tenantId: ids.Tenant,
  customerId: ids.Customer,
  email: `${text()}@lockstep.test`,
  role: 'MANAGER',
});

export const invitationRows: RowSample = {
  type: 'Invitation',
  needs: ['Customer'],
  create: (place) => ['invitationCreate', { input: invited(place) }],
  remove: 'invitationDelete',
};

/** Runs the mutations of invitations. */
export async function inviteAndAccept(stage: Stage): Promise<void> {
  await stage.run('invitationWithdraw', { id: await stage.another('Invitation') });
  const input = invited(stage);
  const { invitationId: id } = await stage.run('invitationCreate', { input }, stage.root, 'invitationId');
  await stage.run('invitationResend', { id });
  const [mail] = await untilMailed(stage.root, input.email, 'invitation');
  const token = tokenIn(mail as never);
  stage.keepSecret(token);
  const accepted = { token, name: stage.text(), password: STORY_PASSWORD };
  await stage.run('invitationAccept', { input: accepted }, new Person(stage.url, null), 'email');
}
