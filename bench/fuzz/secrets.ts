import { sampleViewer } from '../../scripts/sample-viewers.ts';
import { samples } from '../../test/support/samples.ts';
import type { Populated, TwoTenants } from '../../test/support/two-tenants.ts';
import { leaksIn } from '../../test/support/wall-checker.ts';
import type { Question } from './question.ts';

/** The texts and ids that the viewers of one tenant must never be shown. */
export interface Secrets {
  /** A tenant of which they learn nothing. */
  readonly foreign: Populated;
  /** The id and the address of the platform's administrator, who made all rows. */
  readonly staff: readonly string[];
}

/** Reads what the viewers of globex must not learn: all of acme, and who at the platform wrote its rows. */
export async function secretsOf({ acme, installation }: TwoTenants): Promise<Secrets> {
  const { viewer } = await installation.root.ask('{ viewer { id email } }');
  return { foreign: acme, staff: [viewer.id, viewer.email] };
}

/** Lists what an answer reveals that its viewer may not know and did not write into the question. */
export function leaksOf(question: Question, answer: string, { foreign, staff }: Secrets): string[] {
  const asked = JSON.stringify([question.document, question.variables]);
  return [
    ...leaksIn(answer, asked, foreign),
    ...staff.filter((one) => answer.includes(one)).map((one) => `names ${one}, staff of the platform`),
    ...guardedFrom(question)
      .filter((text) => answer.includes(text))
      .map((text) => `shows ${text}, which the role ${question.role} may not read`),
  ];
}

/** The texts that mark columns which the role may not read; users with more permissions are held to the rest. */
function guardedFrom({ walker, role }: Question): string[] {
  if (walker.title !== role) return [];
  const viewer = sampleViewer(role);
  return [...samples.values()]
    .flatMap(({ guarded = [] }) => guarded)
    .filter(({ isSeenBy }) => !isSeenBy(viewer))
    .map(({ text }) => text);
}
