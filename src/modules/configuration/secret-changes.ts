import { isEqual } from '../../configuration/algebra/json.ts';
import { isSecretValue } from '../../configuration/catalogue/secret-path.ts';
import { keepSecrets } from '../../configuration/layers/layer-secrets.ts';
import type { LockedLayer } from '../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { presentSettings } from './effective-changes.ts';
import type { Reading } from './layers-above.ts';
import type { SettingChange } from './setting-changes.ts';

/** Completes changes that name a secret without its text, e.g. to lock it: the layer keeps the version that it has. */
export async function withKeptSecrets(
  tx: Reading,
  layer: LockedLayer,
  given: readonly SettingChange[],
): Promise<readonly SettingChange[]> {
  const kept = given.filter(({ entry, setting }) => entry.isSecret && setting && setting.value === undefined);
  if (kept.length === 0) return given;
  const present = await presentSettings(tx, layer, kept);
  const byPath = new Map(kept.map(({ entry }, index) => [entry.path, present[index]?.value]));
  return given.map((change) => {
    const value = byPath.get(change.entry.path);
    return change.setting && value !== undefined
      ? { ...change, setting: { ...change.setting, value } }
      : change;
  });
}

/** Keeps the texts of the secrets that a write has set in a layer. */
export async function keepSecretsOf(
  tx: Transaction,
  { ciphers, viewer }: ViewerContext,
  { id: configurationId }: Configuration,
  changes: readonly SettingChange[],
): Promise<void> {
  const secrets = changes.flatMap(({ entry: { path }, setting, secretText: text }) => {
    const value = setting?.value;
    return text !== undefined && isSecretValue(value) ? [{ configurationId, path, value, text }] : [];
  });
  await keepSecrets(tx, ciphers.configSecrets, viewer.userId, secrets);
}

/** The changes of a rollback without those of secrets, and the paths of the secrets that differ from what they were. */
export async function leaveSecrets(
  tx: Reading,
  layer: LockedLayer,
  given: readonly SettingChange[],
): Promise<{ readonly changes: readonly SettingChange[]; readonly secretsKept: readonly string[] }> {
  const secrets = given.filter(({ entry }) => entry.isSecret);
  const present = await presentSettings(tx, layer, secrets);
  const isDifferent = ({ setting }: SettingChange, index: number) =>
    !isEqual(setting?.value, present[index]?.value);
  return {
    changes: given.filter(({ entry }) => !entry.isSecret),
    secretsKept: secrets.filter(isDifferent).map(({ entry }) => entry.path),
  };
}
