import { createHash } from 'node:crypto';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import { UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { enabledRules } from '../sync-rules/sync-rules.requests.ts';
import { layersAbove, type Reading } from './layers-above.ts';
import type { SettingChange } from './setting-changes.ts';

// A preview holds for the versions of the layer and of those above it, for the rules and for the catalogue. What the
// tenants below have changed since is no reason to refuse it: with thousands of tenants no preview could ever be
// applied.

const STALE = sentences('VERSION_CONFLICT', {
  PREVIEW_OUT_OF_DATE:
    'The layer, one above it, a rule or the catalogue has changed since the preview: ask for another one.',
});
const OTHER = sentences('INVALID_INPUT', {
  PREVIEW_OF_ANOTHER_CHANGE: 'The preview is that of other changes.',
});

/** The digest of the catalogue of this release. */
const CATALOGUE_DIGEST = digestOf(
  CATALOGUE.map(({ path, schema, default: value, settableAt, combine, floor, readers }) => [
    path,
    schema,
    value,
    settableAt,
    combine,
    floor?.stronger,
    readers,
  ]),
);

/** The token of a preview: one part for the changes of the layer, and one for what they were looked at with. */
export async function previewTokenOf(
  tx: Reading,
  layer: LockedLayer,
  changes: readonly SettingChange[],
): Promise<string> {
  return `${digestOfChanges(layer, changes)}.${await digestOfLayers(tx, layer)}`;
}

/** Refuses a token of other changes, and one that is out of date. Without a token it refuses nothing. */
export async function requirePreviewOf(
  tx: Reading,
  layer: LockedLayer,
  changes: readonly SettingChange[],
  token: string | null | undefined,
): Promise<void> {
  if (token == null) return;
  const [ofChanges, ofLayers] = token.split('.');
  const path = ['previewToken'];
  if (ofChanges !== digestOfChanges(layer, changes))
    throw new UserErrors([userError(OTHER.PREVIEW_OF_ANOTHER_CHANGE(), path)]);
  if (ofLayers === (await digestOfLayers(tx, layer))) return;
  throw new UserErrors([userError(STALE.PREVIEW_OUT_OF_DATE(), path)], layer.last ? layer.row : undefined);
}

function digestOfChanges({ row }: LockedLayer, changes: readonly SettingChange[]): string {
  const { scope, tenantId, userId, businessTypeId } = row;
  const written = changes
    .map(({ entry: { path, isSecret }, setting }) => [
      path,
      // Each text of a secret has a version of its own, and affects the same tenants.
      setting && { mode: setting.mode, value: isSecret ? null : setting.value },
    ])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  return digestOf([scope, tenantId, userId, businessTypeId, written]);
}

async function digestOfLayers(tx: Reading, { row, last }: LockedLayer): Promise<string> {
  const above = await layersAbove(tx, row);
  const versions = [above.platform, above.businessType, above.tenant].map(
    (one) => one && [one.id, one.version],
  );
  // After a restore a version can be written a second time.
  const own = last && [row.id, row.version, last.recordedAt];
  const rules = (await enabledRules(tx.db)).map(({ id, version }) => [id, version]);
  return digestOf([CATALOGUE_DIGEST, rules, versions, own]);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
