import { RequestError, UserErrors, userError } from '../requests/errors.ts';
import { sentences } from '../requests/fault.ts';

/**
 * The modules that a tenant can be without, each with those that it needs, because its rows refer to theirs: without them
 * it is off, too. A room belongs to a module if its manifest says so. What belongs to none cannot be off. A new module goes to
 * the end: cursors hold places in this list.
 */
export const MODULES = {
  consents: [],
  files: [],
  maintenance: ['properties'],
  payments: ['properties'],
  properties: [],
  status: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ModuleName = keyof typeof MODULES;

/** The names of all modules. */
export const MODULE_NAMES = Object.keys(MODULES) as readonly ModuleName[];

/** The modules that a module needs. */
export function neededBy(module: ModuleName): readonly ModuleName[] {
  return MODULES[module];
}

/** Tenants: these, or all but these, whichever are fewer. */
export interface OffTenants {
  readonly isAllBut: boolean;
  readonly tenants: readonly string[];
}

/** The modules that are off in some tenant in a viewer's reach, with these tenants. */
export type ModulesOff = Readonly<Partial<Record<ModuleName, OffTenants>>>;

/** The part of a viewer that says where modules are off. */
interface InTenants {
  readonly modulesOff: ModulesOff;
  readonly tenantId: string | null;
}

/** Tells whether a module is off in a tenant in the viewer's reach. */
export function isModuleOff(
  { modulesOff }: Pick<InTenants, 'modulesOff'>,
  module: ModuleName,
  tenantId: string,
): boolean {
  const off = modulesOff[module];
  return off !== undefined && off.tenants.includes(tenantId) !== off.isAllBut;
}

const OFF = sentences('MODULE_DISABLED', {
  MODULE_OFF: 'The module {module} is switched off in this tenant.',
});

/**
 * Refuses a query or a subscription where a module is off: in the tenant that it names, or in the viewer's own. Call it
 * after the tenant was found in the viewer's reach, so that no one learns about the modules of others.
 */
export function requireModule(
  viewer: InTenants,
  module: ModuleName | undefined,
  tenantId: string | null = viewer.tenantId,
): void {
  if (module && tenantId && isModuleOff(viewer, module, tenantId)) {
    throw new RequestError(OFF.MODULE_OFF({ module }));
  }
}

/** Refuses a mutation where a module is off, with the path of the argument that names the tenant, if one does. */
export function requireModuleToWrite(
  viewer: InTenants,
  module: ModuleName | undefined,
  tenantId: string | null = viewer.tenantId,
  ...path: string[]
): void {
  if (module && tenantId && isModuleOff(viewer, module, tenantId)) throw moduleOff(module, ...path);
}

/** The refusal of a step in a tenant in which its module is off. */
export function moduleOff(module: ModuleName, ...path: string[]): UserErrors {
  return new UserErrors([userError(OFF.MODULE_OFF({ module }), path)]);
}
