import type { Templates } from '../../core/rights/permissions.ts';
import { UnreadableSettings } from '../../core/rights/unreadable-settings.ts';
import { Role } from '../../generated/prisma/enums.ts';
import type { Json } from '../algebra/json.ts';
import { resolve } from '../algebra/resolve.ts';
import type { Setting, Step } from '../algebra/settings.ts';
import { MODES, OBEYED_PATHS } from '../catalogue/catalogue.ts';
import { type ActingLayers, readActingLayers, reauthenticateSince } from './acting-layers.ts';
import { type Document, type LayersAt, stepsAt } from './document.ts';
import type { Reader } from './setting-ledger.ts';
import { type SignInRules, signInRules } from './sign-in-rules.ts';
import { permissionsIn, templatePath } from './templates.ts';

/** The settings that the server obeys for the users of a tenant, or for those of none. It never changes. */
export interface ObeyedSettings {
  /** The values of the obeyed paths. */
  readonly values: ReadonlyMap<string, Json>;
  /** The permission templates. */
  readonly templates: Templates;
  /** The rules of sign-in. */
  readonly signIn: SignInRules;
}

/** Reads a document as the server obeys it. */
function obeyedSettings(document: Document, since: Date | null): ObeyedSettings {
  const values = new Map([...document].map(([path, { value }]) => [path, value]));
  const templates = Object.values(Role).flatMap((role) => {
    const permissions = permissionsIn(values.get(templatePath(role)));
    return permissions ? [[role, permissions] as const] : [];
  });
  return {
    values,
    templates: Object.fromEntries(templates),
    signIn: signInRules(values, since),
  };
}

/** Reads the settings that layers make the server obey. Throws UnreadableSettings for a ledger that cannot be read. */
export async function obeyedSettingsAt(db: Reader, layers: LayersAt): Promise<ObeyedSettings> {
  return obeyedSettings(await readableDocument(db, layers), null);
}

/** Likewise of the layers that act at this moment, which can ask users to sign in again. */
export async function actingSettings(db: Reader, layers: ActingLayers): Promise<ObeyedSettings> {
  return obeyedSettings(await readableDocument(db, layers), reauthenticateSince(layers));
}

/** Reads the settings that act at this moment on the users of a tenant, or on those of none: in two statements. */
export async function obeyedSettingsOf(db: Reader, tenantId: string | null): Promise<ObeyedSettings> {
  return actingSettings(db, await readActingLayers(db, tenantId));
}

/** A setting of which nothing is known could be a lock: no value stands in for it. */
async function readableDocument(db: Reader, layers: LayersAt): Promise<Document> {
  const steps = await stepsAt(db, layers, OBEYED_PATHS);
  const isUnreadable = ({ newest, adopted }: Step) => [newest, adopted].some((one) => one && !isSetting(one));
  const unreadable = [...steps].filter(([, of]) => of.some(isUnreadable)).map(([path]) => path);
  if (unreadable.length > 0) throw new UnreadableSettings(unreadable);
  return new Map(OBEYED_PATHS.map((entry) => [entry.path, resolve(entry, steps.get(entry.path) ?? [])]));
}

function isSetting({ mode, value }: Setting): boolean {
  return MODES.includes(mode) && (value !== undefined || mode === 'USER_OWNED');
}
