import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceStatus } from '../../../src/generated/prisma/enums.ts';
import { type Effect, statusOf } from '../../../src/modules/services/precedence.terms.ts';

const incident = (status: ServiceStatus): Effect => ({ source: 'INCIDENT', status });
const window: Effect = { source: 'MAINTENANCE', status: 'UNDER_MAINTENANCE' };
const STATUSES = Object.values(ServiceStatus);

test.each([
  ['nothing', [], null, ['OPERATIONAL', 'NONE', 'OPERATIONAL']],
  ['a window', [window], null, ['UNDER_MAINTENANCE', 'MAINTENANCE', 'UNDER_MAINTENANCE']],
  [
    'a window and an incident that is worse',
    [window, incident('DEGRADED_PERFORMANCE')],
    null,
    ['DEGRADED_PERFORMANCE', 'INCIDENT', 'DEGRADED_PERFORMANCE'],
  ],
  [
    'a window and an incident that degrades nothing',
    [incident('OPERATIONAL'), window],
    null,
    ['UNDER_MAINTENANCE', 'MAINTENANCE', 'UNDER_MAINTENANCE'],
  ],
  [
    'a window and an incident of the same status',
    [window, incident('UNDER_MAINTENANCE')],
    null,
    ['UNDER_MAINTENANCE', 'INCIDENT', 'UNDER_MAINTENANCE'],
  ],
  [
    'an override to a better status',
    [incident('MAJOR_OUTAGE')],
    'OPERATIONAL',
    ['OPERATIONAL', 'OVERRIDE', 'MAJOR_OUTAGE'],
  ],
] as const)(
  '%s gives the status of the written table',
  (_name, effects, override, [status, source, derived]) => {
    expect(statusOf(effects, override)).toEqual({ status, statusSource: source, derivedStatus: derived });
  },
);

test('42: whatever effects hold, in any order, the derived status is the worst of them, and an override hides it and ends without a trace', () => {
  const effects = fc.array(
    fc.record({
      source: fc.constantFrom('INCIDENT' as const, 'MAINTENANCE' as const),
      status: fc.constantFrom(...STATUSES),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(effects, fc.constantFrom(...STATUSES), (held, override) => {
      const derived = statusOf(held, null);
      const worst = Math.max(0, ...held.map(({ status }) => STATUSES.indexOf(status)));
      expect(derived.status).toBe(STATUSES[worst]);
      expect(statusOf(held.toReversed(), null)).toEqual(derived);
      const overridden = statusOf(held, override);
      expect(overridden).toMatchObject({ status: override, derivedStatus: derived.status });
    }),
  );
});
