import type { Place, RoomSample } from '../../support/room-sample.ts';

/** Names of things of the tenant of a place, which all its users may read. */
function labels({ ids, text }: Pick<Place, 'ids' | 'text'>) {
  return {
    scope: 'TENANT',
    tenantId: ids.Tenant,
    set: [
      { path: 'branding.name', value: text() },
      { path: 'business.labels', value: { unit: text() } },
    ],
  };
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Configuration',
      needs: ['Tenant'],
      isOnly: true,
      create: (place) => ['configUpdate', { input: labels(place) }],
    },
    {
      type: 'ConfigVersion',
      needs: ['Configuration'],
      async find({ ids }, root) {
        const asked = 'query ($id: ID!) { configVersions(id: $id, first: 1) { nodes { id } } }';
        return (await root.ask(asked, { id: ids.Configuration })).configVersions.nodes[0].id;
      },
    },
  ],
  async story({ run, ids, text, root }) {
    const write = (more: object) =>
      run('configUpdate', { input: { scope: 'TENANT', tenantId: ids.Tenant, ...more } });
    await write({ set: [{ path: 'notifications.digest', value: 'DAILY', mode: 'USER_OWNED' }] });
    await write({ unset: ['branding.name'] });
    await run('configRollback', { scope: 'TENANT', tenantId: ids.Tenant, toVersion: 1 });
    await write({ set: [{ path: 'branding.supportEmail', value: `${text()}@lockstep.test` }] });
    await run(
      'configUpdate',
      { input: { scope: 'PLATFORM', set: [{ path: 'business.documentKinds', value: ['LEASE'] }] } },
      root,
    );
  },
  bounded: {
    'RbacChanged.roles': 'the roles',
    'RoleGrantsChange.granted': 'the permissions',
    'RoleGrantsChange.revoked': 'the permissions',
    'EffectiveConfig.settings': 'one for each path of the catalogue',
    'EffectiveSetting.contributions': 'one for each scope',
    'ConfigPath.settableAt': 'the scopes',
    'ConfigPath.modes': 'the modes',
    'Configuration.paths': 'the paths of the catalogue',
    'Configuration.memberPaths': 'the paths of the catalogue',
    'ConfigVersion.paths': 'the paths of the catalogue',
    'Query.configCatalogue': 'the paths of the catalogue',
    'Query.modules': 'the modules',
    'Module.needs': 'the modules',
    'Module.missing': 'the modules',
    'ModuleChanged.modules': 'the modules',
    'Query.configDiff': 'the paths of the catalogue',
    'ConfigChangePreview.userErrors': 'those of a write',
    'ConfigChangePreview.tenants': '20',
    'ConfigChangePreview.paths': 'the paths of the catalogue',
    'ConfigChangePreview.roles': 'the roles',
    'ConfigChangePreview.modules': 'the modules',
    'PreviewedTenant.paths': 'the paths of the catalogue',
    'PreviewedPath.values': '20',
    'PreviewedPath.below': 'the scopes',
    'PreviewedRole.granted': 'the permissions',
    'PreviewedRole.revoked': 'the permissions',
  },
};
