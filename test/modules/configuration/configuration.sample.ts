import { CATALOGUE } from '../../../src/configuration/catalogue/catalogue.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { freshNumber } from '../../support/fresh-numbers.ts';
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

const DAY_MS = 86_400_000;
/** The paths of which a tenant opts out one after the other: each can be in one opt-out at a time. */
const PATHS = CATALOGUE.filter(({ type }) => type !== 'NOTIFICATIONS').map(({ path }) => path);

/** Opts a tenant out of a type first, and then of one path each time. */
function optOut({ ids: { Tenant = '' }, text }: Pick<Place, 'ids' | 'text'>) {
  const count = freshNumber(`opt-out of ${Tenant}`) - 1;
  const what = count === 0 ? { type: 'NOTIFICATIONS' } : { paths: [PATHS[(count - 1) % PATHS.length]] };
  const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
  return { input: { tenantId: Tenant, reason: text(), expiresAt, ...what } };
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
    {
      type: 'ConfigOptOut',
      needs: ['Tenant'],
      create: (place) => ['configOptOut', optOut(place)],
      change: (place) => ['configOptOutUpdate', { input: { reason: place.text() } }],
    },
  ],
  async story({ run, another, ids, text, root, keepSecret }) {
    await run('configCatchUp', { id: await another('ConfigOptOut') });
    const write = (more: object) =>
      run('configUpdate', { input: { scope: 'TENANT', tenantId: ids.Tenant, ...more } });
    await write({ set: [{ path: 'notifications.digest', value: 'DAILY', mode: 'USER_OWNED' }] });
    await write({ unset: ['branding.name'] });
    await run('configRollback', { scope: 'TENANT', tenantId: ids.Tenant, toVersion: 1 });
    await write({ set: [{ path: 'branding.supportEmail', value: `${text()}@lockstep.test` }] });
    const layer = { scope: 'TENANT', tenantId: ids.Tenant };
    await run('brandingUpdate', { input: { ...layer, name: text(), primaryColor: '#101010' } });
    await run('notificationPreferencesUpdate', { input: { ...layer, digest: 'NEVER' } });
    const secret = `secret-${text()}`;
    keepSecret(secret);
    await write({ set: [{ path: 'notifications.email.secret', secret }] });
    const google = { name: 'GOOGLE', clientId: text(), secret: `${secret}-of-google` };
    await run('authProviderUpdate', { input: { ...layer, ...google } });
    // The same as without a template: the users of the story keep what they may do.
    const ofResident = { role: 'RESIDENT', permissions: grantedPermissions.of('RESIDENT') };
    await run('permissionTemplateUpdate', { input: { ...layer, ...ofResident } });
    const push = { service: 'FCM', applicationId: text() };
    const ofPush = { channel: 'PUSH', push, secret: `${secret}-of-push` };
    await run('notificationProviderUpdate', { input: { ...layer, ...ofPush } });
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
    'Query.permissionTemplates': 'the roles',
    'PermissionTemplate.permissions': 'the permissions',
    'PermissionTemplateChanged.permissionTemplates': 'the roles',
    'EffectiveConfig.settings': 'one for each path of the catalogue',
    'EffectiveSetting.contributions': 'one for each scope',
    'ConfigPath.settableAt': 'the scopes',
    'ConfigPath.modes': 'the modes',
    'Configuration.paths': 'the paths of the catalogue',
    'Configuration.memberPaths': 'the paths of the catalogue',
    'ConfigOptOut.paths': 'the paths of the catalogue',
    'AuthProvider.lockedFields': 'its fields',
    'AuthProviderChanged.authProviders': 'the providers',
    'NotificationProvider.lockedFields': 'its fields',
    'NotificationProviderChanged.notificationProviders': 'the channels',
    'Query.authProviders': 'the providers',
    'Query.notificationProviders': 'the channels',
    'Branding.lockedFields': 'its fields',
    'NotificationPreferences.incidentChannels': 'the channels',
    'NotificationPreferences.maintenanceChannels': 'the channels',
    'NotificationPreferences.paymentChannels': 'the channels',
    'NotificationPreferences.lockedFields': 'its fields',
    'ConfigUpdated.refetch': 'the types of the schema',
    'ConfigRollbackPayload.secretsKept': 'the paths of the catalogue',
    'ConfigVersion.paths': 'the paths of the catalogue',
    'Query.configCatalogue': 'the paths of the catalogue',
    'Query.modules': 'the modules',
    'Module.needs': 'the modules',
    'Module.missing': 'the modules',
    'ModuleChanged.modules': 'the modules',
    'Query.configDiff': 'the paths of the catalogue',
    'TenantSyncStatus.optOuts': 'the paths of the catalogue, because each is in one opt-out at a time',
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
