import { databaseTime } from '../../changes/schedule.ts';
import type { Context } from '../../core/context.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { tableOf } from '../../db/table.ts';
import type { ConsentState as State } from '../../generated/prisma/client.ts';
import { rowLoader } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { customers } from '../customers/customers.access.ts';
import { users } from '../users/users.access.ts';
import { stateAt } from './consent-states.ts';
import { mayUseContacts } from './consents.access.ts';
import { ConsentState } from './consents.graph.ts';
import { purposeOfKey } from './purpose-of-key.ts';

interface Contact {
  readonly state: State | null;
  readonly email: string | null;
  readonly phone: string | null;
}

/** The row of a subject of consents. */
interface SubjectRow extends EntityRow {
  readonly tenantId: string | null;
  readonly email: string | null;
  /** Absent from users: they have none. */
  readonly phone?: string | null;
  readonly consentStates: readonly string[];
  /** The address of a user who was erased is a stand-in. */
  readonly erasedAt: Date | null;
}

/** A row, and the time of the database right after it was read. */
type Dated<Row> = Row & { readonly now: Date };

const PurposeContact = builder.objectRef<Contact>('PurposeContact').implement({
  description: 'The contact data of a subject, for one purpose.',
  rule: inherited,
  fields: (t) => ({
    state: t.expose('state', {
      type: ConsentState,
      nullable: true,
      description:
        'The state of its consent to the purpose. EXPIRED from its end on. Null if the subject was never asked.',
    }),
    email: t.exposeString('email', {
      nullable: true,
      description:
        'E-mail address. Null if there is none, the consent is not GRANTED, the purpose is inactive, or the person was erased.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description:
        'The telephone number; users have none. Null if there is none, the consent is not GRANTED, or the purpose is inactive.',
    }),
  }),
});

/**
 * Adds the contact for a purpose to the type of some subjects. It is that of the present, by the clock of the database,
 * also in the event of an earlier change: a stream that resumes before a withdrawal must not show what was withdrawn
 * after it. So the subject is read when the field is, once for all audiences, and no rendered event is kept.
 */
function addContactField<Row extends SubjectRow>(type: 'Customer' | 'User', rows: Rows<Row>): void {
  const load = rowLoader<Dated<Row>>({
    find: async (db, ids) => {
      const found = await tableOf<Row>(db, rows.entity).findMany({ where: { id: { in: ids } } });
      const now = await databaseTime(db);
      return found.map((row) => ({ ...row, now }));
    },
    // A condition on a row is one on the row with its time, which TypeScript does not see of a generic row.
    visibleTo: rows.visibleTo as (viewer: Viewer) => Where<Dated<Row>>,
  });
  builder.objectField(type as never, 'contactFor', (t) =>
    t.field({
      type: PurposeContact,
      nullable: true,
      rule: mayUseContacts,
      columns: ['consentStates'],
      ...(rows.isPersonal && { isPersonal: rows.isPersonal }),
      description: DESCRIPTION,
      args: {
        purpose: t.arg.string({
          required: true,
          description: 'The key of the purpose for which the contact data is read.',
        }),
      },
      resolve: async ({ id }: { readonly id: string }, { purpose: key }, ctx: Context) => {
        ctx.holdsForNow();
        const subject = await load(ctx, id);
        if (!subject?.tenantId) return null;
        const purpose = await purposeOfKey(ctx, subject.tenantId, key);
        const state = stateAt(subject.consentStates, purpose.id, subject.now);
        if (state !== 'GRANTED' || !purpose.isActive || subject.erasedAt)
          return { state, email: null, phone: null };
        return { state, email: subject.email, phone: subject.phone ?? null };
      },
    }),
  );
}

const DESCRIPTION =
  'The contact data for a purpose, by the consent that holds now, also in an event of an earlier change. Null if the subject is gone or belongs to no tenant, or the viewer may not use contact data. NOT_FOUND if the tenant has no purpose of this key.';

addContactField('Customer', customers);
addContactField('User', users);
