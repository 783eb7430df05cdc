import { afterEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../../src/core/process/clock.ts';
import { TEST_PASSWORD } from '../../support/installation.ts';
import { aStage } from '../../support/stage.ts';

const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { refreshToken userErrors { message } } }';
const REFRESH =
  'mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) { refreshToken } }';

const { installation, ada } = await aStage({ acme: { ada: 'CSR' } });

afterEach(() => {
  jest.restoreAllMocks();
});

function pass(seconds: number): void {
  const now = new Date(systemClock.now().getTime() + seconds * 1_000);
  jest.spyOn(systemClock, 'now').mockReturnValue(now);
}

/** One session, the token that its owner's tabs share, and the token of a thief. */
class Story {
  #kept: string;
  #stolen: string | null = null;

  private constructor(refreshToken: string) {
    this.#kept = refreshToken;
  }

  static async begin(): Promise<Story> {
    const input = { email: ada.email, password: TEST_PASSWORD };
    return new Story((await installation.stranger().ask(SIGN_IN, { input })).signIn.refreshToken);
  }

  get hasThief(): boolean {
    return this.#stolen !== null;
  }

  async renew(): Promise<boolean> {
    const next = await exchange(this.#kept);
    this.#kept = next ?? this.#kept;
    return next !== null;
  }

  async renewInTwoTabs(): Promise<void> {
    const [one, other] = await Promise.all([exchange(this.#kept), exchange(this.#kept)]);
    // The storage that the tabs share keeps what was written last.
    this.#kept = other ?? one ?? this.#kept;
  }

  async loseAnAnswer(): Promise<void> {
    await exchange(this.#kept);
  }

  async steal(): Promise<void> {
    this.#stolen = this.#kept;
  }

  async renewAsThief(): Promise<boolean> {
    if (this.#stolen === null) return false;
    const next = await exchange(this.#stolen);
    this.#stolen = next ?? this.#stolen;
    return next !== null;
  }
}

async function exchange(refreshToken: string): Promise<string | null> {
  const { data } = await installation.stranger().run(REFRESH, { refreshToken });
  return data.tokenRefresh.refreshToken;
}

type Step = (story: Story) => Promise<unknown>;

const ownersSteps = fc.oneof(
  fc.constant<Step>((story) => story.renew()),
  fc.constant<Step>((story) => story.renewInTwoTabs()),
  fc.constant<Step>((story) => story.loseAnAnswer()),
  fc.nat(900).map<Step>((seconds) => async () => pass(seconds)),
);
const anySteps = fc.oneof(
  { weight: 3, arbitrary: ownersSteps },
  { weight: 1, arbitrary: fc.constant<Step>((story) => story.steal()) },
  { weight: 1, arbitrary: fc.constant<Step>((story) => story.renewAsThief()) },
);

async function play(steps: readonly Step[]): Promise<Story> {
  const story = await Story.begin();
  for (const step of steps) await step(story);
  return story;
}

test('an owner stays signed in, whatever tabs renew together and whatever answers are lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ownersSteps, { maxLength: 12 }), async (steps) => {
      const story = await play(steps);
      expect(await story.renew()).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('X: a thief and an owner that both renew are found by their third renewal, whenever the token was copied', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anySteps, { maxLength: 12 }), async (steps) => {
      const story = await play(steps);
      if (!story.hasThief) await story.steal();
      for (let round = 1; round <= 2; round += 1) {
        await story.renew();
        pass(60);
        await story.renewAsThief();
        pass(60);
      }
      expect([await story.renew(), await story.renewAsThief()]).toEqual([false, false]);
    }),
    { numRuns: 20 },
  );
});
