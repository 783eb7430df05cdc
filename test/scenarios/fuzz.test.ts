import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fuzz } from '../../bench/fuzz/fuzz.ts';
import { toReport } from '../../bench/fuzz/report.ts';
import { type Secrets, secretsOf } from '../../bench/fuzz/secrets.ts';
import { TwoTenants } from '../support/two-tenants.ts';

const SEED = 20_261_129;
/** It takes a few seconds; a busy machine may take minutes. */
const PATIENCE_MS = 600_000;

let tenants: TwoTenants;
let secrets: Secrets;

beforeAll(async () => {
  tenants = await TwoTenants.start();
  secrets = await secretsOf(tenants);
});

afterAll(() => tenants.stop());

test(
  'X: random questions over HTTP, event streams and WebSockets show no user another tenant, or what its role may not read',
  async () => {
    const outcome = await fuzz(tenants, secrets, {
      seed: SEED,
      isOver: (rounds) => rounds >= 2,
      requests: 10,
    });
    expect(toReport(outcome)).toMatch(/: nothing foreign was shown\.$/);
    expect(outcome.events).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

describe('the fuzzer finds a planted leak, and makes the question small', () => {
  /** Secrets among which are the texts that every viewer of globex is shown. */
  const planted = () => ({ ...secrets, foreign: tenants.globex });

  test(
    'in the answer to a request',
    async () => {
      const isOver = (rounds: number) => rounds >= 1;
      const { leak } = await fuzz(tenants, planted(), { seed: SEED, isOver });
      expect(leak?.faults).toContainEqual('shows a text of the other tenant');
      expect(leak?.question.document.length).toBeLessThan(500);
    },
    PATIENCE_MS,
  );

  test(
    'in the events of a subscription',
    async () => {
      const isOver = (rounds: number) => rounds >= 3;
      const { leak } = await fuzz(tenants, planted(), { seed: SEED, isOver, requests: 0, streamTries: 2 });
      expect(leak?.question.document).toContain('subscription');
      expect(leak?.faults).toContainEqual('shows a text of the other tenant');
    },
    PATIENCE_MS,
  );
});
