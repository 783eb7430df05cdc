import { ofOneTenant, type Scope } from '../../core/rights/scope.ts';
import type { builder } from './builder.ts';
import { idOf } from './id-of.ts';

/** Makes the arguments of a field. */
export type ArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

/** The idempotency key of a mutation; see `Idempotency`. */
export function idempotencyKeyArg(arg: ArgBuilder) {
  return arg.string({
    description:
      'Idempotency key: repeating the mutation with the same key within 24 hours returns the first result instead of applying it again.',
  });
}

/** The version that a mutation expects; see `requireVersion`. */
export function expectedVersionArg(arg: ArgBuilder) {
  return arg.int({
    description:
      'Optimistic locking: refused with VERSION_CONFLICT unless the entity still has this version.',
  });
}

/** The tenant of a field that reads one tenant, or one level if that is its scope. */
export function tenantArg(arg: ArgBuilder, { tenantArg: description }: TenantScope = ofOneTenant) {
  return arg.id({ description, ...idOf('Tenant') });
}

/** The arguments that address the rows of a scope. */
export function scopeArgs(arg: ArgBuilder, { tenantArg: ofTenant, organizationArg }: ScopeArgs) {
  return {
    ...(ofTenant !== null && { tenantId: arg.id({ description: ofTenant, ...idOf('Tenant') }) }),
    ...(organizationArg && {
      organizationId: arg.id({ description: organizationArg, ...idOf('Organization') }),
    }),
  };
}

type ScopeArgs = Pick<Scope<never>, 'tenantArg' | 'organizationArg'>;

type TenantScope = { readonly tenantArg: NonNullable<Scope<never>['tenantArg']> };
