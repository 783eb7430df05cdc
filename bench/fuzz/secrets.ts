import { samples } from '../../test/support/samples.ts';
import type { Question } from './question.ts';
import type { World } from './world.ts';

/** Lists what an answer reveals that its user may not know and did not write into the question. */
export function leaksOf(question: Question, answer: string, world: World): string[] {
  const { asker, document, variables, twin } = question;
  const asked = JSON.stringify([document, variables, twin]);
  // The item of a job contains the id that a user of the own tenant once sent, whether or not a row has it.
  const said = answer.replace(/"targetId":"[^"]*"/g, '');
  const isShown = (text: string) => said.includes(text);
  const isNews = (id: string) => isShown(id) && !asked.includes(id);
  const hidden = world.hiddenFrom(asker);
  return [
    ...hidden.filter(({ texts }) => texts.some(isShown)).map(({ title }) => `shows a text of ${title}`),
    ...hidden.flatMap(({ rowIds, title }) => rowIds.filter(isNews).map((id) => `names ${id} of ${title}`)),
    ...guardedFrom(question)
      .filter(isShown)
      .map((text) => `shows ${text}, which it may not read`),
  ];
}

/** The texts that mark columns which the user may not read. */
function guardedFrom({ asker: { viewer } }: Question): string[] {
  return [...samples.values()]
    .flatMap(({ guarded = [] }) => guarded)
    .filter(({ isSeenBy }) => !isSeenBy(viewer))
    .map(({ text }) => text);
}
