import { expect, test } from '@jest/globals';
import { IncidentStatus } from '../../../src/generated/prisma/enums.ts';
import { mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const { serviceId } = await mutate(admin, 'serviceCreate', { input: { name: 'Portal' } }, 'serviceId');

/** The shortest ways to each status. */
const WAYS: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  INVESTIGATING: [],
  IDENTIFIED: ['IDENTIFIED'],
  MONITORING: ['MONITORING'],
  RESOLVED: ['RESOLVED'],
  POSTMORTEM: ['RESOLVED', 'POSTMORTEM'],
};

/** The steps that an update can take. */
const STEPS = [
  'INVESTIGATING → IDENTIFIED',
  'INVESTIGATING → MONITORING',
  'INVESTIGATING → RESOLVED',
  'IDENTIFIED → INVESTIGATING',
  'IDENTIFIED → MONITORING',
  'IDENTIFIED → RESOLVED',
  'MONITORING → INVESTIGATING',
  'MONITORING → IDENTIFIED',
  'MONITORING → RESOLVED',
  'RESOLVED → INVESTIGATING',
  'RESOLVED → POSTMORTEM',
  'POSTMORTEM → INVESTIGATING',
];

const post = (incidentId: string, status: IncidentStatus) => ({
  input: { incidentId, status, message: `It is ${status}.` },
});

async function anIncident(at: IncidentStatus): Promise<string> {
  const input = {
    tenantId: acme.id,
    title: 'Slow',
    impact: 'MINOR',
    message: 'It is slow.',
    services: [{ serviceId, status: 'DEGRADED_PERFORMANCE' }],
  };
  const { incidentId } = await mutate(admin, 'incidentOpen', { input }, 'incidentId');
  for (const status of WAYS[at]) await mutate(admin, 'incidentUpdatePost', post(incidentId, status));
  return incidentId;
}

test('43: an incident takes the steps of its table, and no other one', async () => {
  const taken: string[] = [];
  for (const from of Object.values(IncidentStatus)) {
    for (const to of Object.values(IncidentStatus).filter((status) => status !== from)) {
      const [refusal] = await refusals(admin, 'incidentUpdatePost', post(await anIncident(from), to));
      if (refusal) expect(refusal).toMatchObject({ code: 'INVALID_STATE', path: ['input', 'status'] });
      else taken.push(`${from} → ${to}`);
    }
  }
  expect(taken.toSorted()).toEqual(STEPS.toSorted());
});

test('43: an incident that is open cannot be reopened', async () => {
  const input = { message: 'Again.' };
  const [refusal] = await refusals(admin, 'incidentReopen', { id: await anIncident('MONITORING'), input });
  expect(refusal).toMatchObject({ code: 'INVALID_STATE', path: ['id'] });
});
