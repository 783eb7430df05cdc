import { randomUUID } from 'node:crypto';
import { Api } from '../support/api.ts';

const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }`;

/** The wrong passwords after which an account has to wait: a second, and twice as long after each further one. */
const FREE = 5;
const FIRST_PAUSE_MS = 1_000;
const MAX_GUESSES = 9;

/**
 * The result of guesses at several nodes:
 *
 *     HELD       refused after as many as are free, at all nodes together
 *     EXCEEDED   one more was checked: a node counted alone
 *     UNCLEAR    a node was ended meanwhile, or refused for another reason, or the machine was too slow to tell
 */
export type Guessed = 'HELD' | 'EXCEEDED' | 'UNCLEAR';

/** Guesses the password of an account that no one has, at one node after the other, until a guess is refused. */
export async function guessUntilRefused(urls: readonly string[]): Promise<Guessed> {
  const email = `${randomUUID()}@torture.test`;
  let lastSentAt = 0;
  for (let checked = 0; checked < MAX_GUESSES; checked += 1) {
    const sentAt = Date.now();
    const answer = await guess(urls[checked % urls.length] ?? '', email);
    if (answer === 'REFUSED') return checked >= FREE ? 'HELD' : 'UNCLEAR';
    if (answer === 'UNANSWERED') return 'UNCLEAR';
    // The server counted the guess before after we sent it, so that its pause lasted at least until then.
    const pauseMs = FIRST_PAUSE_MS * 2 ** (checked - FREE);
    if (checked >= FREE && Date.now() - lastSentAt < pauseMs) return 'EXCEEDED';
    lastSentAt = sentAt;
  }
  return 'UNCLEAR';
}

async function guess(url: string, email: string): Promise<'CHECKED' | 'REFUSED' | 'UNANSWERED'> {
  const answer = await new Api(url).send<{ signIn: object | null }>(SIGN_IN, {
    input: { email, password: 'a wrong password' },
  });
  if (answer?.errors?.some(({ extensions }) => extensions?.code === 'RATE_LIMITED')) return 'REFUSED';
  return answer?.data?.signIn ? 'CHECKED' : 'UNANSWERED';
}
