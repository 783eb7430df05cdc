import { Installation, type TestUser } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';

/** Texts of the contact data of the customer and of its owner. Every other text of the stage differs. */
export const CANARY = /canary-(?:mail|phone)|owner-[0-9a-f]{8}@/;

/** A customer with contact data and consents, on two nodes, and the users who may or may not use that data. */
export class ContactStage {
  readonly installation: Installation;
  readonly tenantId: string;
  readonly customerId: string;
  readonly people: Readonly<Record<Name, TestUser>>;
  readonly #node: { readonly url: string };
  #purposes = 0;

  private constructor(
    parts: Pick<ContactStage, 'installation' | 'tenantId' | 'customerId' | 'people'>,
    node: { readonly url: string },
  ) {
    this.installation = parts.installation;
    this.tenantId = parts.tenantId;
    this.customerId = parts.customerId;
    this.people = parts.people;
    this.#node = node;
  }

  static async start(): Promise<ContactStage> {
    const installation = await Installation.start();
    const node = await installation.anotherNode();
    const { id: tenantId } = await installation.aTenant('Acme');
    const { id: elsewhere } = await installation.aTenant('Globex');
    const input = { tenantId, company: 'Alder', email: 'canary-mail@alder.test', phone: 'canary-phone' };
    const { customerId } = await mutate(installation.root, 'customerCreate', { input }, 'customerId');
    const birch = await installation.aCustomer(tenantId, 'Birch');
    const people = {
      ada: await installation.aUser('TENANT_ADMIN', { tenantId }),
      uma: await installation.aUser('SUPPORT', { tenantId }),
      sue: await installation.aUser('SUPPORT', { tenantId }),
      gil: await installation.aUser('TENANT_ADMIN', { tenantId: elsewhere }),
      owner: await installation.aUser('OWNER', { tenantId, customerId }),
      manager: await installation.aUser('MANAGER', { tenantId, customerId }),
      otherOwner: await installation.aUser('OWNER', { tenantId, customerId: birch }),
    };
    // Of these only uma is staff. The others show that the permission opens nothing to a customer's own users.
    for (const { userId: id } of [people.uma, people.manager, people.otherOwner])
      await mutate(people.ada, 'userUpdate', { id, input: { permissions: ['contacts:use'] } });
    return new ContactStage({ installation, tenantId, customerId, people }, node);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }

  /** The clients of a user at both nodes. */
  onBothNodes(person: Person): readonly [Person, Person] {
    return [person, person.at(this.#node)];
  }

  /** Makes a purpose with a notice, of the staff's own tenant. */
  async aPurpose(
    more: object = {},
    by: Person = this.people.ada,
  ): Promise<{ readonly id: string; readonly key: string }> {
    this.#purposes += 1;
    const key = `purpose-${this.#purposes}`;
    const made = await mutate(
      by,
      'consentPurposeCreate',
      { input: { key, title: key, ...more } },
      'consentPurposeId',
    );
    const id = made.consentPurposeId;
    await mutate(by, 'consentNoticePublish', { input: { purposeId: id, language: 'en', text: 'May we?' } });
    return { id, key };
  }

  /** Grants consent of the owner itself, or of its customer, and gives the id of the consent. */
  async grant(purposeId: string, more: object = { customerId: this.customerId }): Promise<string> {
    const input = { purposeId, noticeVersion: 1, language: 'en', ...more };
    return (await mutate(this.people.owner, 'consentGrant', { input }, 'consentId')).consentId;
  }

  /** Revokes a consent that the owner gave. */
  async revoke(id: string): Promise<void> {
    await mutate(this.people.owner, 'consentRevoke', { id });
  }
}

type Name = 'ada' | 'uma' | 'sue' | 'gil' | 'owner' | 'manager' | 'otherOwner';
