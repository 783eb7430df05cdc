import type { Role } from '../../src/generated/prisma/enums.ts';
import { schema } from '../../src/schema.ts';
import type { Dice } from '../../test/support/dice.ts';
import type { Variables } from '../../test/support/person.ts';
import { randomDocument } from '../../test/support/random-document.ts';
import { randomQuestion } from '../../test/support/random-question.ts';
import { documentOf, rootFields } from '../../test/support/schema-walk.ts';
import type { TwoTenants, Walker } from '../../test/support/two-tenants.ts';

/** The way in which a question is sent: as a request over HTTP, as an event stream, or over a WebSocket. */
export type Transport = 'HTTP' | 'SSE' | 'WS';

/** An operation of a viewer of globex that tries to learn of acme, or of what its role may not read. */
export interface Question {
  readonly walker: Walker;
  readonly role: Role;
  readonly transport: Transport;
  readonly document: string;
  readonly variables: Variables;
}

const MAX_DEPTH = 4;
/** The beginning of every text of acme: a filter that crosses the wall finds rows by it. */
const TEXT = 'canary-of-acme-';

const roots = rootFields(schema);
const requests = roots.filter(({ operation }) => operation === 'query');
const mutations = roots.filter(({ operation }) => operation === 'mutation');
const streams = roots.filter(({ operation }) => operation === 'subscription');

/** Makes a random query, or sometimes a mutation, which then names rows of acme only. */
export function randomRequest(dice: Dice, tenants: TwoTenants): Question {
  const isMutation = dice.chance(20);
  const root = dice.pick(isMutation ? mutations : requests);
  return {
    ...randomWalker(dice, tenants),
    transport: isMutation ? 'HTTP' : dice.pick(['HTTP', 'SSE', 'WS'] as const),
    document: documentOf(schema, root, 1 + dice.below(MAX_DEPTH)),
    variables: randomQuestion(root, dice)({ ids: randomIds(dice, tenants, isMutation), text: TEXT }),
  };
}

/** Makes a random subscription that begins at the cursor `after` of globex. */
export function randomStream(dice: Dice, tenants: TwoTenants, after: string): Question {
  const root = dice.pick(streams);
  const document = dice.chance(50)
    ? randomDocument(schema, root.field, dice).text(null, false)
    : documentOf(schema, root, 1 + dice.below(MAX_DEPTH));
  // Few events pass a random filter, so half of the subscriptions have none.
  const chosen = dice.chance(50)
    ? { tenantId: tenants.globex.ids.Tenant }
    : randomQuestion(root, dice)({ ids: randomIds(dice, tenants, false), text: TEXT });
  const transport = dice.pick(['SSE', 'WS'] as const);
  return { ...randomWalker(dice, tenants), transport, document, variables: { ...chosen, after } };
}

function randomWalker(dice: Dice, { walkers }: TwoTenants): Pick<Question, 'walker' | 'role'> {
  const walker = dice.pick([...walkers.values()]);
  return { walker, role: walker.title.split(' ')[0] as Role };
}

function randomIds(dice: Dice, { acme, globex }: TwoTenants, isForeign: boolean): TwoTenants['acme']['ids'] {
  const pick = (type: string) => (isForeign || dice.chance(60) ? acme : globex).ids[type];
  const ids = Object.fromEntries(Object.keys(acme.ids).map((type) => [type, pick(type)]));
  return ids as TwoTenants['acme']['ids'];
}
