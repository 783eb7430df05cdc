import { PERMISSIONS } from '../../src/core/permissions.ts';
import type { TestApp } from './app.ts';
import { canaries } from './canaries.ts';
import type { Crowd, CrowdedTenant, Somebody } from './crowd.ts';
import type { Dice } from './dice.ts';
import { codes } from './mutate.ts';
import { type Answer, Person, type Variables } from './person.ts';

/** Who writes, where, and what there is to write to. */
interface Writing {
  readonly dice: Dice;
  readonly by: Person;
  readonly tenant: CrowdedTenant;
  readonly people: readonly Somebody[];
  /** Those of its people who may change their account. */
  readonly members: readonly Person[];
}

type Write = (writing: Writing) => Promise<unknown>;

const ERRORS = 'userErrors { message }';
const MEMBERS = ['OWNER', 'MANAGER', 'RESIDENT'];
const STAFF = ['TENANT_ADMIN', 'SUPPORT', 'CSR'];
let count = 0;

function fresh(): string {
  count += 1;
  return `${process.pid}-${count}`;
}

/** What alters rows that nothing shows as part of others, or only what is left out then: any number may be under way. */
const PLAIN: readonly Write[] = [
  async ({ by, tenant, dice }) => {
    const input = {
      tenantId: tenant.id,
      planId: dice.pick(tenant.planIds),
      kind: dice.pick(['COMPANY', 'INDIVIDUAL']),
      ...canaries.customer(tenant.id, `spare-${fresh()}`),
    };
    const { data } = await run(by, 'customerCreate', 'CustomerCreateInput', { input });
    if (data?.done?.id) tenant.spare.customers.push(data.done.id);
  },
  ({ members, dice }) => {
    const input = { phone: `canary-contact-${dice.below(100)}` };
    return run(dice.pick(members), 'accountUpdate', 'AccountUpdateInput', { input });
  },
  ({ by, tenant, dice }) => {
    const index = dice.below(tenant.customerIds.length);
    const { company, ...contacts } = canaries.customer(tenant.id, `${tenant.name}-${index}`);
    const input = {
      company: `${company} ${dice.below(100)}`,
      ...dice.pick([{}, { phone: `${contacts.phone}-${dice.below(100)}` }, { phone: null }]),
      ...dice.pick([{}, { internalNotes: `canary-note ${dice.below(100)}` }, { status: 'ACTIVE' }]),
      ...dice.pick([{}, { planId: dice.pick([...tenant.planIds, null]) }]),
    };
    return run(by, 'customerUpdate', 'CustomerUpdateInput', { id: tenant.customerIds[index], input });
  },
  ({ by, tenant, dice }) => {
    const id = tenant.spare.customers.pop() ?? tenant.customerIds[0];
    if (dice.chance(60)) return run(by, 'customerDelete', null, { id });
    const input = { status: dice.pick(['TRIAL', 'PAST_DUE', 'SUSPENDED']), kind: 'INDIVIDUAL' };
    return run(by, 'customerUpdate', 'CustomerUpdateInput', { id, input });
  },
  async ({ by, tenant, dice }) => {
    const { unitId, canary: reference } = dice.pick(tenant.homes);
    const status = dice.pick(['PENDING', 'RECEIVED', 'FAILED']);
    const input = { unitId, amount: canaries.amount, status, reference };
    const { data } = await run(by, 'paymentRecord', 'PaymentRecordInput', { input });
    if (data?.done?.id) tenant.spare.payments.push(data.done.id);
  },
  ({ by, tenant, dice }) => {
    const id = tenant.spare.payments.pop() ?? tenant.id;
    if (dice.chance(20)) return run(by, 'paymentDelete', null, { id });
    tenant.spare.payments.unshift(id);
    if (dice.chance(60))
      return run(by, 'paymentReceive', 'PaymentReceiveInput', { id, input: { method: 'CARD' } });
    return dice.pick([
      () => codes(by, 'paymentFail', { id, input: { reason: 'no funds' } }),
      () => codes(by, 'paymentRefund', { id, input: { reason: 'paid twice' } }),
    ])();
  },
  async ({ by, tenant, dice }) => {
    const { unitId, canary: title } = dice.pick(tenant.homes);
    const input = { unitId, title, priority: dice.pick(['LOW', 'URGENT']) };
    const made = await run(by, 'maintenanceRequestCreate', 'MaintenanceRequestCreateInput', { input });
    if (made.data?.done?.id) tenant.spare.requests.push(made.data.done.id);
  },
  ({ by, tenant, people, dice }) => {
    const id = tenant.spare.requests.pop() ?? tenant.id;
    if (dice.chance(10)) return codes(by, 'maintenanceRequestDelete', { id });
    tenant.spare.requests.unshift(id);
    const assigneeId = dice.chance(80) ? dice.pick(people).userId : null;
    const status = dice.pick(['IN_PROGRESS', 'RESOLVED', 'CLOSED']);
    return dice.pick([
      () => codes(by, 'maintenanceRequestAssign', { id, assigneeId }),
      () => codes(by, 'maintenanceRequestAssign', { id, assigneeId }),
      () => codes(by, 'maintenanceRequestStatusSet', { id, status }),
      () => codes(by, 'maintenanceRequestReopen', { id }),
    ])();
  },
];

/** What alters rows that are shown as part of others: delivered before anything else is written. */
const LINKED: readonly Write[] = [
  ({ by, tenant, dice }) => {
    const input = { maxMembers: 1_000 + dice.below(1_000), monthlyPrice: canaries.price };
    return run(by, 'planUpdate', 'PlanUpdateInput', { id: dice.pick(tenant.planIds), input });
  },
  async ({ by, tenant, dice }) => {
    const spare = tenant.spare.plans.pop();
    if (spare && dice.chance(60)) return run(by, 'planDelete', null, { id: spare });
    const input = { tenantId: tenant.id, name: `plan ${fresh()}`, monthlyPrice: canaries.price };
    const { data } = await run(by, 'planCreate', 'PlanCreateInput', { input });
    if (data?.done?.id) tenant.spare.plans.push(data.done.id);
    return data;
  },
  async ({ by, tenant, dice }) => {
    const spare = tenant.spare.users.pop();
    if (spare && dice.chance(60)) return run(by, 'userDelete', null, { id: spare });
    const name = `spare ${fresh()}`;
    const place = dice.pick([{ role: 'CSR' }, { role: 'RESIDENT', customerId: tenant.customerIds[0] }]);
    const input = { tenantId: tenant.id, name, email: `${name.replace(' ', '-')}@lockstep.test`, ...place };
    const { data } = await run(by, 'userCreate', 'UserCreateInput', { input });
    if (data?.done?.id) tenant.spare.users.push(data.done.id);
    return data;
  },
  async ({ by, tenant, dice }) => {
    const spare = tenant.spare.policies.pop();
    if (spare && dice.chance(60)) return run(by, 'fileAccessPolicyDelete', null, { id: spare });
    const effect = dice.pick(['ALLOW', 'DENY']);
    const input = { tenantId: tenant.id, ...canaries.policy(tenant.id), effect };
    const { data } = await run(by, 'fileAccessPolicyCreate', 'FileAccessPolicyCreateInput', { input });
    if (data?.done?.id) tenant.spare.policies.push(data.done.id);
    return data;
  },
  ({ by, tenant }) => {
    const input = { tenantId: tenant.id, name: `spare-${fresh()}` };
    return run(by, 'attributeAdd', 'AttributeAddInput', { input });
  },
  ({ by, people, dice }) => {
    const input = { department: dice.pick(['sales', null, `d${dice.below(100)}`]) };
    return run(by, 'userUpdate', 'UserUpdateInput', { id: dice.pick(people).userId, input });
  },
  async ({ by, tenant, dice }) => {
    const spare = tenant.spare.properties.pop();
    if (spare && dice.chance(60)) return run(by, 'propertyDelete', null, { id: spare });
    const { customerId, canary: address } = dice.pick(tenant.homes);
    const input = { customerId, name: `property ${fresh()}`, address };
    const { data } = await run(by, 'propertyCreate', 'PropertyCreateInput', { input });
    if (data?.done?.id) tenant.spare.properties.push(data.done.id);
    return data;
  },
  ({ by, tenant, dice }) => {
    const { unitId: id, propertyId, canary } = dice.pick(tenant.homes);
    const text = `${canary} ${dice.below(100)}`;
    return dice.chance(50)
      ? run(by, 'unitUpdate', 'UnitUpdateInput', { id, input: { label: text } })
      : run(by, 'propertyUpdate', 'PropertyUpdateInput', { id: propertyId, input: { name: text } });
  },
  ({ by, tenant, people, dice }) => {
    const residents = people.filter(({ role }) => role === 'RESIDENT');
    const residentId = dice.chance(80) ? dice.pick(residents).userId : null;
    return by.run(
      `mutation ($id: ID!, $residentId: ID) { unitResidentSet(id: $id, residentId: $residentId) { ${ERRORS} } }`,
      { id: dice.pick(tenant.homes).unitId, residentId },
    );
  },
  ({ by, tenant, dice }) =>
    run(by, 'tenantUpdate', 'TenantUpdateInput', {
      id: tenant.id,
      input: { businessType: `${canaries.tenant(tenant.id)} ${dice.below(100)}` },
    }),
];

/** What alters what somebody may do. */
const RIGHTS: readonly Write[] = [
  ({ by, people, tenant, dice }) => {
    const { userId, role, tenantIds } = dice.pick(people);
    const roles = tenantIds.length > 1 ? ['PLATFORM_ADMIN', 'PLATFORM_SUPPORT'] : dice.pick([MEMBERS, STAFF]);
    const isMember = roles === MEMBERS;
    const customerId = isMember ? dice.pick(tenant.customerIds) : null;
    const wanted = roles.filter((one) => one !== role);
    return by.run(
      `mutation ($id: ID!, $role: Role!, $customerId: ID) { userRoleSet(id: $id, role: $role, customerId: $customerId) { ${ERRORS} } }`,
      { id: userId, role: dice.pick(wanted), customerId },
    );
  },
  ({ by, people, dice }) => {
    const permissions = dice.some(
      PERMISSIONS.filter((one) => !one.startsWith('account:')),
      5,
    );
    return run(by, 'userUpdate', 'UserUpdateInput', { id: dice.pick(people).userId, input: { permissions } });
  },
  ({ by, people, dice }) => {
    const { userId, key } = dice.pick(people);
    return by.run(
      `mutation ($id: ID!, $add: [String!], $remove: [String!]) { userAttributesSet(id: $id, add: $add, remove: $remove) { ${ERRORS} } }`,
      {
        id: userId,
        ...dice.pick([{ add: [canaries.attribute(key)] }, { remove: [canaries.attribute(key)] }]),
      },
    );
  },
  ({ by, people, dice }) => {
    const { userId } = dice.pick(people);
    const status = dice.pick(['LOCKED', 'ON_LEAVE', 'ACTIVE']);
    return by.run(
      `mutation ($id: ID!, $status: UserStatus!) { userStatusSet(id: $id, status: $status) { ${ERRORS} } }`,
      { id: userId, status },
    );
  },
];

function run(by: Person, name: string, input: string | null, variables: Variables): Promise<Answer> {
  const noun = name.replace(/[A-Z][a-z]+$/, '');
  const declared = [...('id' in variables ? ['$id: ID!'] : []), ...(input ? [`$input: ${input}!`] : [])];
  const given = Object.keys(variables).map((variable) => `${variable}: $${variable}`);
  return by.run(`mutation (${declared}) { done: ${name}(${given}) { id: ${noun}Id ${ERRORS} } }`, variables);
}

/** Random writes of a crowd: some at once, some that stand alone. Whether a write is refused is not asked. */
export class RandomWrites {
  readonly #crowd: Crowd;
  readonly #dice: Dice;
  readonly #nodes: readonly TestApp[];

  /** `nodes` are where it is written. */
  constructor(crowd: Crowd, dice: Dice, nodes: readonly TestApp[]) {
    this.#crowd = crowd;
    this.#dice = dice;
    this.#nodes = nodes;
  }

  /** Writes up to `max` changes at once that are the same to everybody, whenever they are looked at. */
  async burst(max: number): Promise<void> {
    const writes = Array.from({ length: 1 + this.#dice.below(max) }, () => this.#write(PLAIN));
    await Promise.all(writes);
  }

  /** Writes one change that is seen through other rows, or alters what somebody may do. */
  async single(): Promise<void> {
    await this.#write(this.#dice.chance(40) ? RIGHTS : LINKED);
  }

  #write(choice: readonly Write[]): Promise<unknown> {
    const tenant = this.#dice.pick(this.#crowd.tenants);
    const people = this.#crowd.people.filter(({ tenantIds }) => tenantIds.includes(tenant.id));
    return this.#dice.pick(choice)({
      dice: this.#dice,
      by: this.#dice.chance(60) ? this.#crowd.root : this.#one(people, 'TENANT_ADMIN'),
      tenant,
      people,
      members: [this.#one(people, 'OWNER')],
    });
  }

  #one(people: readonly Somebody[], role: string): Person {
    const one = this.#dice.pick(people.filter((person) => person.role === role));
    return new Person(this.#dice.pick(this.#nodes).url, one.token);
  }
}
