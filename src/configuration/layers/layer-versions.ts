import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigStep, Configuration, ConfigVersion } from '../../generated/prisma/client.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Setting } from '../algebra/settings.ts';
import { knownPath } from '../catalogue/catalogue.ts';
import type { Causes } from '../rules/causes.ts';
import { changedGrants, type Grants } from './changed-grants.ts';
import type { Inherited } from './inherited.ts';
import { configurationEntity } from './layer-entity.ts';
import type { LockedLayer } from './layers.ts';

/** A version of a layer that is to be written. */
export interface NewVersion {
  readonly step: ConfigStep;
  /** The settings to write by path; null unsets a path. */
  readonly settings: ReadonlyMap<string, Setting | null>;
  /** The layers above: what its feed knows of them, what it has adopted, and what it holds. */
  readonly inherited: Inherited;
  /** The version that a rollback restores. */
  readonly restored?: number;
  /** The rules that decided paths of it. */
  readonly causes?: Causes;
  /** The time from which on sign-ins count; it never gets earlier. Absent: as before. */
  readonly reauthenticateSince?: Date | null;
  /** The user who writes; null for the system. */
  readonly actorId: string | null;
}

/**
 * Writes a version of a locked layer: the settings first, then the row with the paths whose values they change, which
 * `changedBy` finds from the ledger, and at last what the ledger says of the version.
 */
export async function writeVersion(
  tx: Transaction,
  { row, last }: LockedLayer,
  { step, settings, inherited, restored, causes, actorId, reauthenticateSince: since }: NewVersion,
  changedBy: (version: number) => Promise<readonly string[]>,
): Promise<Configuration> {
  const version = last ? row.version + 1 : row.version;
  const entries = [...settings].map(([path, setting]) => ({
    path,
    setting: setting ? toJson(setting) : Prisma.DbNull,
  }));
  const lines = entries.map((entry) => ({ id: uuidv7(), configurationId: row.id, version, ...entry }));
  if (lines.length > 0) await tx.db.configSetting.createMany({ data: lines });
  const changed = await changedBy(version);
  const grants = await changedGrants(tx, { row, last }, { version, ...inherited }, changed);
  const data = {
    ...columnsOf(row, changed, grants),
    reauthenticateSince: later(row.reauthenticateSince, since),
  };
  const after = last
    ? await tx.update(configurationEntity, row, data)
    : tx.created(configurationEntity, await tx.db.configuration.update({ where: { id: row.id }, data }));
  const written: Omit<ConfigVersion, 'id' | 'causes'> = {
    configurationId: row.id,
    version,
    memberVersion: after.memberVersion,
    step,
    paths: [...new Set([...settings.keys(), ...changed])],
    restored: restored ?? null,
    ...inherited,
    recordedAt: await tx.now(),
    actorId,
  };
  const adopted = inherited.adopted as Prisma.InputJsonObject;
  const holds = inherited.holds as Prisma.InputJsonObject;
  const decided = (causes ?? {}) as Prisma.InputJsonObject;
  await tx.db.configVersion.create({ data: { ...written, adopted, holds, causes: decided } });
  return after;
}

/** Every version changes `changes`, so that it is a change of the row; those for all users change `memberChanges`, too. */
function columnsOf(row: Configuration, changed: readonly string[], grants: Grants) {
  const memberPaths = changed.filter((path) => knownPath(path)?.readers === 'USERS');
  return {
    paths: [...changed],
    grants: grants as Prisma.JsonObject & Prisma.InputJsonObject,
    changes: row.changes + 1,
    ...(memberPaths.length > 0 && { memberPaths, memberChanges: row.memberChanges + 1 }),
  };
}

function later(one: Date | null, other: Date | null | undefined): Date | null {
  return one && other ? new Date(Math.max(one.getTime(), other.getTime())) : (one ?? other ?? null);
}

/** The version of the layer is a column of the ledger, and no part of the setting. */
function toJson({ mode, value }: Setting): Prisma.InputJsonObject {
  return { mode, ...(value !== undefined && { value: value as Prisma.InputJsonValue }) };
}
