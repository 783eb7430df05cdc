import { schema } from '../../src/schema.ts';
import type { Dice } from '../../test/support/dice.ts';
import { randomQuestion } from '../../test/support/random-question.ts';
import type { Ids } from '../../test/support/schema-values.ts';
import { documentOf } from '../../test/support/schema-walk.ts';
import { differencesOf, idsOfNobody } from '../../test/support/wall-checker.ts';
import type { Asker } from './asker.ts';
import { oraclesFor } from './oracles.ts';
import { mixed, type Question, requests } from './question.ts';
import type { World } from './world.ts';

const DEPTH = 2;

/** A question with a second one, to which the answer must be the same. */
export type Pair = Question & Required<Pick<Question, 'twin'>>;

/** Makes a random pair of queries. */
export function randomPair(dice: Dice, world: World): Pair {
  const asker = dice.pick(world.askers);
  const oracles = dice.chance(50) ? oraclesFor(asker.viewer) : [];
  if (oracles.length === 0) return aboutNobody(dice, asker, world);
  const { root, ask } = dice.pick(oracles);
  const [variables, twin] = ask(world.globex.ids);
  return { asker, transport: 'HTTP', document: documentOf(schema, root, DEPTH), variables, twin };
}

/** Asks about rows of a hidden realm, and the same about ids and a text that nothing has. */
function aboutNobody(dice: Dice, asker: Asker, world: World): Pair {
  const realm = dice.pick(world.hiddenFrom(asker));
  const own = world.globex.ids;
  const theirs = mixed(dice, realm.ids, own);
  const nobody = idsOfNobody();
  const unknown = Object.entries(theirs).map(([type, id]) => [type, id === own[type] ? id : nobody[type]]);
  const root = dice.pick(requests);
  const ask = randomQuestion(root, dice);
  const text = `${realm.canary.slice(0, -8)}${crypto.randomUUID().slice(0, 8)}`;
  return {
    asker,
    transport: dice.pick(['HTTP', 'WS'] as const),
    document: documentOf(schema, root, DEPTH),
    variables: ask({ ids: theirs, text: realm.canary }),
    twin: ask({ ids: Object.fromEntries(unknown) as Ids, text }),
  };
}

/** Lists what the answers to a pair reveal by their difference. */
export function faultsOfPair({ globex }: World, answer: string, ofTwin: string): string[] {
  return differencesOf([answer, globex.ids], [ofTwin, globex.ids]).map(
    (fault) => `differs from its twin: ${fault}`,
  );
}
