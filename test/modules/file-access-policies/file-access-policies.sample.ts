import type { RoomSample } from '../../support/room-sample.ts';

const POLICY = 'canary-policy';

export const sample: RoomSample = {
  rows: [
    {
      type: 'FileAccessPolicy',
      needs: ['Tenant'],
      create: (place) => [
        'fileAccessPolicyCreate',
        {
          input: {
            tenantId: place.ids.Tenant,
            name: `${POLICY}-${place.text()}`,
            filePattern: `/${POLICY}-${place.text()}/**`,
            condition: `"${POLICY}-${place.text()}" in user.attributes`,
            effect: 'ALLOW',
          },
        },
      ],
      change: (place) => ['fileAccessPolicyUpdate', { input: { name: `${POLICY}-${place.text()}` } }],
      remove: 'fileAccessPolicyDelete',
    },
  ],
  guarded: [{ text: POLICY, isSeenBy: ({ permissions }) => permissions.has('file-access-policies:read') }],
  bounded: {
    'AccessDecision.failures': 'at most 20',
    'FileAccessPolicy.attributeNames': 'no more than fit into a condition',
    'FileAccessPolicyPreview.failures': 'at most 20',
  },
  async story({ run, another, ids, jobsEnded }) {
    const id = await another('FileAccessPolicy');
    await run('fileAccessPoliciesDelete', { tenantId: ids.Tenant, ids: [id] });
    await jobsEnded();
  },
  randomWrites: {
    linked: [
      ({ attempt, create, dice, take, tenantId, spare }) => {
        const id = take('FileAccessPolicy');
        if (id && dice.chance(60)) return attempt('fileAccessPolicyDelete', { id });
        const input = {
          tenantId,
          name: `${POLICY}-${spare.text()}`,
          filePattern: '/canary/**',
          condition: 'user.role in ["SUPPORT", "OWNER"]',
          effect: dice.pick(['ALLOW', 'DENY']),
        };
        return create('FileAccessPolicy', ['fileAccessPolicyCreate', { input }]);
      },
    ],
  },
};
