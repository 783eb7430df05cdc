import { grantedPermissions } from '../../../src/rooms.ts';
import { codeOf } from '../../support/authenticator-code.ts';
import { mutate } from '../../support/mutate.ts';
import type { Place, RoomSample, Stage } from '../../support/room-sample.ts';
import { aMember, STORY_PASSWORD } from '../../support/sample-people.ts';
import { invitationRows, inviteAndAccept } from './invitation-sample.ts';

const MEMBERS = ['OWNER', 'MANAGER', 'RESIDENT'];
const STAFF = ['TENANT_ADMIN', 'SUPPORT', 'CSR'];
const ATTRIBUTE = 'canary-attribute';
const GRANTABLE = grantedPermissions.all.filter((one) => !one.startsWith('account:'));

/** A new user of a role, in the tenant, organization or customer that the role needs. */
function user(place: Place, role: string, home: readonly string[]) {
  return {
    role,
    ...(home.includes('Tenant') && { tenantId: place.ids.Tenant }),
    ...(home.includes('Customer') && { customerId: place.ids.Customer }),
    ...(home.includes('Organization') && { organizationId: place.ids.Organization }),
    name: place.text(),
    email: `${place.text()}@lockstep.test`,
    department: place.text(),
    company: place.text(),
    attributes: [`${ATTRIBUTE}-${place.text()}`],
    password: 'a password of the samples',
  };
}

/** Has a member of a customer change its own profile. */
async function ownProfile(stage: Stage): Promise<void> {
  const { person } = await aMember(stage, 'RESIDENT');
  const input = { name: stage.text(), language: 'en', timeZone: 'Europe/Berlin' };
  await stage.run('viewerUpdate', { input }, person);
}

/** Resets the second factor of a user who has lost it. */
async function resetFactor(stage: Stage): Promise<void> {
  const { person } = await aMember(stage, 'MANAGER');
  const { viewer } = await person.ask('{ viewer { id } }');
  const { secret } = await mutate(person, 'totpEnroll', { input: { password: STORY_PASSWORD } }, 'secret');
  stage.keepSecret(secret);
  await mutate(person, 'totpConfirm', { code: codeOf(secret) });
  await stage.run('userSecondFactorReset', { id: viewer.id });
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'User',
      needs: ['Tenant', 'Customer'],
      create: (place) => ['userCreate', { input: user(place, 'RESIDENT', ['Tenant', 'Customer']) }],
      change: (place) => ['userUpdate', { input: { name: place.text(), department: place.text() } }],
      remove: 'userDelete',
    },
    {
      type: 'User',
      needs: ['Tenant', 'Customer'],
      create: (place) => [
        'userCreate',
        { input: { ...user(place, 'TENANT_ADMIN', ['Tenant']), permissions: GRANTABLE.slice(0, 1) } },
      ],
    },
    {
      type: 'User',
      needs: ['Tenant', 'Customer'],
      create: (place) => [
        'userCreate',
        { input: { ...user(place, 'SUPPORT', ['Tenant']), password: null, isServiceAccount: true } },
      ],
    },
    {
      type: 'User',
      needs: ['Organization', 'Customer'],
      create: (place) => ['userCreate', { input: user(place, 'ORGANIZATION_ADMIN', ['Organization']) }],
    },
    invitationRows,
  ],
  guarded: [{ text: ATTRIBUTE, isSeenBy: ({ permissions }) => permissions.has('permissions:read') }],
  async story(stage) {
    await inviteAndAccept(stage);
    const { run, another, text, ids, jobsEnded } = stage;
    const id = await another('User');
    await run('userAttributesSet', { id, add: [text()] });
    await run('userRoleSet', { id, role: 'SUPPORT' });
    await run('userStatusSet', { id, status: 'LOCKED' });
    await run('userStatusSet', { id, status: 'ACTIVE' });
    await run('userDisconnect', { userId: await another('User'), reason: text() });
    await run('usersAttributesUpdate', { tenantId: ids.Tenant, ids: [id], add: ['a'] });
    await jobsEnded();
    await run('usersDelete', { tenantId: ids.Tenant, ids: [id] });
    await jobsEnded();
    await ownProfile(stage);
    await resetFactor(stage);
  },
  randomWrites: {
    linked: [
      ({ attempt, create, dice, take, tenantId, places, spare }) => {
        const id = take('User');
        if (id && dice.chance(60)) return attempt('userDelete', { id });
        const place = dice.pick([{ role: 'CSR' }, { role: 'RESIDENT', customerId: places[0]?.ids.Customer }]);
        const input = { tenantId, name: 'spare', email: `spare-${spare.text()}@lockstep.test`, ...place };
        return create('User', ['userCreate', { input }]);
      },
      ({ attempt, dice, people }) => {
        const input = { department: dice.pick(['sales', null, `d${dice.below(100)}`]) };
        return attempt('userUpdate', { id: dice.pick(people).userId, input });
      },
    ],
    rights: [
      ({ attempt, dice, people, places }) => {
        const { userId: id, role } = dice.pick(people);
        const roles = role.startsWith('PLATFORM')
          ? ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT']
          : dice.pick([MEMBERS, STAFF]);
        const customerId = roles === MEMBERS ? dice.pick(places).ids.Customer : null;
        return attempt('userRoleSet', {
          id,
          role: dice.pick(roles.filter((one) => one !== role)),
          customerId,
        });
      },
      ({ attempt, dice, people }) =>
        attempt('userUpdate', {
          id: dice.pick(people).userId,
          input: { permissions: dice.some(GRANTABLE, 5) },
        }),
      ({ attempt, dice, people }) => {
        const { userId: id, attribute } = dice.pick(people);
        return attempt('userAttributesSet', {
          id,
          ...dice.pick([{ add: [attribute] }, { remove: [attribute] }]),
        });
      },
      ({ attempt, dice, people }) =>
        attempt('userStatusSet', {
          id: dice.pick(people).userId,
          status: dice.pick(['LOCKED', 'ON_LEAVE', 'ACTIVE']),
        }),
    ],
  },
};
