import { schema } from '../../src/schema.ts';
import type { Dice } from '../../test/support/dice.ts';
import type { Variables } from '../../test/support/person.ts';
import { randomDocument } from '../../test/support/random-document.ts';
import { randomQuestion } from '../../test/support/random-question.ts';
import type { Ids } from '../../test/support/schema-values.ts';
import { documentOf, rootFields } from '../../test/support/schema-walk.ts';
import type { Asker } from './asker.ts';
import type { World } from './world.ts';

/** The way in which a question is sent: as a request over HTTP, as an event stream, or over a WebSocket. */
export type Transport = 'HTTP' | 'SSE' | 'WS';

/** An operation of a user of globex that tries to learn of a realm, or of what its rights do not show. */
export interface Question {
  readonly asker: Asker;
  readonly transport: Transport;
  readonly document: string;
  readonly variables: Variables;
  /** The variables of a second question whose answer must be the same. */
  readonly twin?: Variables;
}

const MAX_DEPTH = 4;

const roots = rootFields(schema);
export const requests = roots.filter(({ operation }) => operation === 'query');
const mutations = roots.filter(({ operation }) => operation === 'mutation');
const streams = roots.filter(({ operation }) => operation === 'subscription');
/** The queries that show rows as they were. */
const histories = requests.filter(({ field }) => /^AuditEntry/.test(String(field.type)));

/** Makes a random query, or sometimes a mutation, which then names rows of a hidden realm only. */
export function randomRequest(dice: Dice, world: World): Question {
  const asker = dice.pick(world.askers);
  const realm = dice.pick(world.hiddenFrom(asker));
  const isMutation = dice.chance(20);
  const root = dice.pick(isMutation ? mutations : dice.chance(15) ? histories : requests);
  // A mutation that names only rows of its own would change what is asked about.
  const ids = isMutation ? { ...world.globex.ids, ...realm.ids } : mixed(dice, realm.ids, world.globex.ids);
  return {
    asker,
    transport: isMutation ? 'HTTP' : dice.pick(['HTTP', 'SSE', 'WS'] as const),
    document: documentOf(schema, root, 1 + dice.below(MAX_DEPTH)),
    variables: randomQuestion(root, dice)({ ids, text: realm.canary }),
  };
}

/** Makes a random subscription to the changes from now on, or to the whole history of globex. */
export function randomStream(dice: Dice, world: World, now: string): Question {
  const asker = dice.pick(world.askers);
  const realm = dice.pick(world.hiddenFrom(asker));
  const root = dice.pick(streams);
  const document = dice.chance(50)
    ? randomDocument(schema, root.field, dice).text(null, false)
    : documentOf(schema, root, 1 + dice.below(MAX_DEPTH));
  // Few events pass a random filter, so half of the subscriptions have none.
  const chosen = dice.chance(50)
    ? { tenantId: world.globex.ids.Tenant }
    : randomQuestion(root, dice)({ ids: mixed(dice, realm.ids, world.globex.ids), text: realm.canary });
  const after = dice.chance(70) ? now : dice.pick(world.positions);
  return { asker, transport: dice.pick(['SSE', 'WS'] as const), document, variables: { ...chosen, after } };
}

/** Some ids of a realm, and ids of one's own for the other types. */
export function mixed(dice: Dice, theirs: Ids, own: Ids): Ids {
  const pick = (type: string) => (dice.chance(60) ? (theirs[type] ?? own[type]) : own[type]);
  return Object.fromEntries(Object.keys(own).map((type) => [type, pick(type)])) as Ids;
}
