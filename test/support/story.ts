import { expect } from '@jest/globals';
import { schema } from '../../src/schema.ts';
import { codeOf } from './authenticator.ts';
import { DELETE_POLICIES, doInBulk, UPDATE } from './bulk.ts';
import type { Installation } from './installation.ts';
import { Person } from './person.ts';

const PASSWORD = 'a secret of the story';
const NEXT_PASSWORD = 'the next secret of the story';
/** Every mutation there is, by name. */
export const MUTATIONS = schema.getMutationType()?.getFields() ?? {};

/** Runs one mutation of a story, by its name. */
export type Around = <Answer>(name: string, run: () => Promise<Answer>) => Promise<Answer>;

/** Runs every mutation of the schema, each successfully and through `around`, and notes which it has run. */
export class Story {
  readonly told = new Set<string>();
  readonly secrets: string[] = [PASSWORD, NEXT_PASSWORD];
  readonly #url: string;
  readonly #root: Person;
  readonly #around: Around;

  constructor({ app, root }: Installation, around: Around) {
    this.#url = app.url;
    this.#root = root;
    this.#around = around;
  }

  // biome-ignore lint/suspicious/noExplicitAny: each mutation answers with something else
  async #run(who: Person, name: string, args: Record<string, unknown>, selection: string): Promise<any> {
    const types = new Map(MUTATIONS[name]?.args.map((arg) => [arg.name, String(arg.type)]));
    const declared = Object.keys(args).map((arg) => `$${arg}: ${types.get(arg)}`);
    const passed = Object.keys(args).map((arg) => `${arg}: $${arg}`);
    const [variables, values] = [declared, passed].map((list) =>
      list.length > 0 ? `(${list.join(', ')})` : '',
    );
    const document = `mutation ${variables} { ${name}${values} { ${selection} userErrors { message path } } }`;
    const data = await this.#around(name, () => who.ask(document, args));
    this.told.add(name);
    return data[name];
  }

  async #create(noun: string, input: object): Promise<string> {
    const made = await this.#run(
      this.#root,
      `${noun}Create`,
      { input, idempotencyKey: crypto.randomUUID() },
      `${noun}Id cursor`,
    );
    expect(made.cursor).toEqual(expect.any(String));
    return made[`${noun}Id`];
  }

  async #change(name: string, args: Record<string, unknown>, who = this.#root): Promise<void> {
    const { cursor } = await this.#run(who, name, args, 'cursor');
    expect([name, cursor]).toEqual([name, expect.any(String)]);
  }

  async #enter(email: string, password = PASSWORD): Promise<Person> {
    const input = { email, password };
    const session = await this.#run(
      new Person(this.#url, null),
      'signIn',
      { input },
      'accessToken refreshToken',
    );
    const { refreshToken } = session;
    const next = await this.#run(
      new Person(this.#url, null),
      'tokenRefresh',
      { refreshToken },
      'accessToken refreshToken',
    );
    this.secrets.push(session.accessToken, refreshToken, next.accessToken, next.refreshToken);
    return new Person(this.#url, next.accessToken);
  }

  /** Tells it all. */
  async tell(): Promise<void> {
    const unique = crypto.randomUUID();
    const organizationId = await this.#create('organization', { name: 'Acme', slug: `acme-${unique}` });
    await this.#change('organizationUpdate', { id: organizationId, input: { name: 'Acme Group' } });
    const tenantId = await this.#create('tenant', { organizationId, name: 'Acme', slug: `acme-${unique}` });
    const price = { amountMinor: 900, currency: 'EUR' };
    const planId = await this.#create('plan', { tenantId, name: 'Solo', monthlyPrice: price });
    await this.#change('planUpdate', {
      id: planId,
      input: { monthlyPrice: { ...price, amountMinor: 1_000 } },
    });
    const contact = { owner: 'Ada', email: 'ada@alder.test' };
    const customerId = await this.#create('customer', { tenantId, company: 'Alder', planId, ...contact });
    const otherId = await this.#create('customer', { tenantId, company: 'Birch', ...contact });
    await this.#change('customerUpdate', {
      id: customerId,
      input: { status: 'ACTIVE', planId: null, phone: '1' },
    });

    await this.#policies(tenantId);
    const email = `owner-${unique}@lockstep.test`;
    const person = { name: 'Olga', password: PASSWORD, attributes: ['a'], permissions: ['notes:read'] };
    const userId = await this.#create('user', { ...person, email, tenantId, customerId, role: 'OWNER' });
    await this.#account(email);
    await this.#change('userUpdate', { id: userId, input: { name: 'Olga O.', customerId: otherId } });
    await this.#change('userAttributesSet', { id: userId, add: ['b'], remove: ['a'] });
    await this.#change('userRoleSet', { id: userId, role: 'SUPPORT' });
    await this.#enter(email, NEXT_PASSWORD);
    await this.#change('userStatusSet', { id: userId, status: 'LOCKED' });
    await this.#change('userStatusSet', { id: userId, status: 'ACTIVE' });
    await this.#enter(email, NEXT_PASSWORD);
    await this.#change('tenantUpdate', {
      id: tenantId,
      input: { status: 'SUSPENDED', businessType: 'Homes' },
    });
    await this.#change('tenantUpdate', { id: tenantId, input: { status: 'ACTIVE' } });

    await this.#change('userDelete', { id: userId });
    await this.#change('customerDelete', { id: otherId });
    await this.#keepSome(organizationId, unique);
    await this.#change('customerDelete', { id: customerId });
    await this.#change('planDelete', { id: planId });
    await this.#change('tenantDelete', { id: tenantId });
  }

  /** Attributes of both pools and policies that ask for them. */
  async #policies(tenantId: string): Promise<void> {
    const attributeId = await this.#add({ tenantId, name: 'clearance', valueType: 'NUMBER' });
    await this.#change('attributeUpdate', {
      id: attributeId,
      input: { description: 'How much one may see.' },
    });
    const policy = {
      filePattern: '/finance/**',
      condition: 'user.attributes.clearance >= 3',
      effect: 'ALLOW',
    };
    const policyId = await this.#create('fileAccessPolicy', { tenantId, name: 'Finance', ...policy });
    await this.#change('fileAccessPolicyUpdate', { id: policyId, input: { effect: 'DENY' } });
    await this.#change('fileAccessPolicyDelete', { id: policyId });
    await this.#change('attributeRemove', { id: attributeId });
    await this.#add({ name: 'contractor' });
  }

  async #add(input: object): Promise<string> {
    const { attributeId } = await this.#run(this.#root, 'attributeAdd', { input }, 'attributeId');
    return attributeId;
  }

  /** What somebody does with an account and with sessions of their own. */
  async #account(email: string): Promise<void> {
    const [olga, again] = [await this.#enter(email), await this.#enter(email)];
    await this.#change('accountUpdate', { input: { phone: '2' } }, olga);
    await this.#change(
      'passwordChange',
      { input: { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD } },
      olga,
    );
    expect((await again.run('{ account { id } }')).errors).toBeDefined();
    await this.#secondFactor(olga);
    await this.#change('signOut', {}, olga);
    await this.#change('signOutEverywhere', {}, await this.#enter(email, NEXT_PASSWORD));
  }

  /** Each code is good once, so the second one is that of the step to come. */
  async #secondFactor(olga: Person): Promise<void> {
    const password = NEXT_PASSWORD;
    const { secret } = await this.#run(olga, 'totpEnroll', { input: { password } }, 'secret');
    this.secrets.push(secret);
    await this.#change('totpConfirm', { code: codeOf(secret) }, olga);
    await this.#change('totpDisable', { input: { password, code: codeOf(secret, 1) } }, olga);
  }

  /** Jobs that have ended: one by itself, one long before it could have. */
  async #inBulk(tenantId: string): Promise<void> {
    const filter = { name: { equals: 'Kim' } };
    const job = await doInBulk(this.#root, tenantId, UPDATE, { filter, add: ['a'] });
    expect(job.succeededCount).toBe(1);
    this.told.add('usersAttributesUpdate');
    const policies = await doInBulk(this.#root, tenantId, DELETE_POLICIES, { ids: [crypto.randomUUID()] });
    expect(policies.failedCount).toBe(1);
    this.told.add('fileAccessPoliciesDelete');
    const ids = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const { bulkJobId } = await this.#run(this.#root, 'usersDelete', { tenantId, ids }, 'bulkJobId');
    await this.#change('bulkJobCancel', { id: bulkJobId });
  }

  /** What a customer has, and what is paid for it: a payment that was received stays, and so does its unit. */
  async #homes(place: { tenantId: string; customerId: string }, unique: string): Promise<void> {
    const home = { customerId: place.customerId, name: 'Home', address: '1 Elm Street' };
    const propertyId = await this.#create('property', home);
    await this.#change('propertyUpdate', { id: propertyId, input: { name: 'Elm House' } });
    await this.#change('propertyDelete', { id: await this.#create('property', home) });
    const email = `rex-${unique}@lockstep.test`;
    const residentId = await this.#create('user', { ...place, name: 'Rex', email, role: 'RESIDENT' });
    const unitId = await this.#create('unit', { propertyId, label: '1', residentId });
    await this.#change('unitUpdate', { id: unitId, input: { label: '1a' } });
    const spareId = await this.#create('unit', { propertyId, label: '2' });
    await this.#change('unitResidentSet', { id: spareId, residentId });
    await this.#change('unitDelete', { id: spareId });

    const amount = { amountMinor: 90_000, currency: 'EUR' };
    const record = async () =>
      (
        await this.#run(
          this.#root,
          'paymentRecord',
          { input: { unitId, amount, status: 'PENDING' } },
          'paymentId',
        )
      ).paymentId;
    const id = await record();
    await this.#change('paymentUpdate', { id, input: { amount: { ...amount, amountMinor: 95_000 } } });
    await this.#change('paymentFail', { id, input: { reason: 'no funds' } });
    await this.#change('paymentReceive', { id, input: { method: 'CARD' } });
    await this.#change('paymentRefund', { id, input: { reason: 'paid twice' } });
    await this.#change('paymentDelete', { id: await record() });
    await this.#maintenance({ ...place, unitId }, unique);
    await this.#change('userDelete', { id: residentId });
  }

  /** What is reported is mended twice, and at last is taken from an assignee who is deleted. */
  async #maintenance(
    { unitId, ...place }: { tenantId: string; customerId: string; unitId: string },
    unique: string,
  ): Promise<void> {
    const email = `mo-${unique}@lockstep.test`;
    const assigneeId = await this.#create('user', { ...place, name: 'Mo', email, role: 'MANAGER' });
    const report = () => this.#create('maintenanceRequest', { unitId, title: 'Cold radiator' });
    await this.#change('maintenanceRequestDelete', { id: await report() });
    const id = await report();
    await this.#change('maintenanceRequestUpdate', { id, input: { priority: 'URGENT' } });
    await this.#change('maintenanceRequestAssign', { id, assigneeId });
    await this.#change('maintenanceRequestStatusSet', { id, status: 'IN_PROGRESS' });
    await this.#change('maintenanceRequestStatusSet', { id, status: 'RESOLVED', resolution: 'Bled it' });
    await this.#change('maintenanceRequestStatusSet', { id, status: 'CLOSED' });
    await this.#change('maintenanceRequestReopen', { id, input: { reason: 'Cold again' } });
    await this.#change('userDelete', { id: assigneeId });
  }

  /** Rows that are there at the end, and an organization that can be deleted. */
  async #keepSome(organizationId: string, unique: string): Promise<void> {
    const tenantId = await this.#create('tenant', { organizationId, name: 'Annex', slug: `annex-${unique}` });
    await this.#create('plan', { tenantId, name: 'Kept', monthlyPrice: { amountMinor: 1, currency: 'EUR' } });
    const contact = { owner: 'K', email: 'k@kept.test' };
    const customerId = await this.#create('customer', { tenantId, company: 'Kept', ...contact });
    await this.#homes({ tenantId, customerId }, unique);
    const policy = { name: 'Kept', filePattern: '**', condition: 'true', effect: 'ALLOW' };
    await this.#create('fileAccessPolicy', { tenantId, ...policy });
    await this.#create('user', {
      tenantId,
      name: 'Kim',
      email: `kim-${unique}@lockstep.test`,
      role: 'CSR',
      password: PASSWORD,
    });
    await this.#enter(`kim-${unique}@lockstep.test`);
    await this.#inBulk(tenantId);
    const empty = await this.#create('organization', { name: 'Empty', slug: `empty-${unique}` });
    await this.#change('organizationDelete', { id: empty });
  }
}
