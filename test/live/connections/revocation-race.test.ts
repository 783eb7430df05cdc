import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant } from '../../support/installation.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { type SeqOf, seqOfCursors } from '../../support/seq-of-cursor.ts';
import type { Stream } from '../../support/stream.ts';

const REPETITIONS = 100;
const FOLLOW =
  'subscription ($after: Cursor) { changes(after: $after, types: [CUSTOMER]) { __typename ... on CustomerUpdated { customer { internalNotes email } } } }';
const SET_ROLE =
  'mutation ($id: ID!, $role: Role!) { userRoleSet(id: $id, role: $role) { cursor userErrors { message } } }';
const WRITE = `mutation ($id: ID!, $note: String!) { customerUpdate(id: $id, input: { internalNotes: $note }) { cursor userErrors { message } } }`;

describeOnPostgres('demotion', () => {
  let installation: Installation;
  let tenant: TestTenant;
  let seqOf: SeqOf;

  beforeAll(async () => {
    installation = await Installation.start();
    seqOf = await seqOfCursors(installation.app.config);
    tenant = await installation.aTenant();
  });

  afterAll(() => installation.stop());

  test('a user who is demoted while others write receives nothing protected after the demotion, and everything else', async () => {
    const { root } = installation;
    const place = { tenantId: tenant.id };
    const [kept, demoted] = [
      await installation.aUser('TENANT_ADMIN', place),
      await installation.aUser('TENANT_ADMIN', place),
    ];
    const customerId = await installation.aCustomer(tenant.id);
    const after = await root.now(tenant.id);
    const [ofKept, ofDemoted] = [kept.follow(FOLLOW, { after }), demoted.follow(FOLLOW, { after })];
    const write = async (note: string) => {
      const { customerUpdate } = await root.ask(WRITE, { id: customerId, note });
      return seqOf(customerUpdate.cursor);
    };
    const setRole = async (role: string) => {
      const { userRoleSet } = await root.ask(SET_ROLE, { id: demoted.userId, role });
      return seqOf(userRoleSet.cursor);
    };

    for (let time = 0; time < REPETITIONS; time += 1) {
      const note = (number: number) => `note ${time}-${number}`;
      const [first, demotion, second, third] = await Promise.all([
        write(note(1)),
        setRole('CSR'),
        write(note(2)),
        write(note(3)),
      ]);
      const written = [first, second, third].sort((a, b) => a - b);
      const [all, seen] = await Promise.all([takeUpTo(ofKept, written[2]), takeUpTo(ofDemoted, written[2])]);
      expect(all.map(({ seq }) => seq)).toEqual(written);
      expect(seen.map(({ seq }) => seq)).toEqual(written);
      expect(all.every(({ text }) => text.includes(`"internalNotes":"note ${time}-`))).toBe(true);
      expect(seen.filter(({ seq, text }) => seq > demotion && text.includes(`note ${time}-`))).toEqual([]);
      await setRole('TENANT_ADMIN');
    }
  });

  /** The changes of a stream up to a position, each with its position and the text that was sent for it. */
  async function takeUpTo(stream: Stream, last = 0): Promise<{ seq: number; text: string }[]> {
    const taken: { seq: number; text: string }[] = [];
    while ((taken.at(-1)?.seq ?? 0) < last) {
      const result = await stream.next();
      const text = JSON.stringify(result);
      if (!text.includes('FeedPosition')) taken.push({ seq: seqOf(result.extensions?.cursor), text });
    }
    return taken;
  }
});
