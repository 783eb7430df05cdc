import type { builder } from './builder.ts';

/** Makes the arguments of a field. */
export type ArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

/** The key of a mutation that can be repeated; see `idempotent`. */
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

/** The tenant of a field that reads one; see `tenantInScope`. */
export function tenantArg(arg: ArgBuilder) {
  return arg.id({ description: 'The tenant. Optional for users who belong to a single tenant.' });
}

/** The tenant of a field that reads a whole level; see `levelInScope`. */
export function levelArg(arg: ArgBuilder) {
  return arg.id({
    description: 'The tenant. If omitted: the tenant, organization or platform that the viewer belongs to.',
  });
}
