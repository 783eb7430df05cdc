import type { RequestError } from '../core/requests/errors.ts';

/** Carries a refusal through Prisma, which replaces errors that have a `code` by errors of its own. */
export class PoolRefusal extends Error {
  readonly refusal: RequestError;

  constructor(refusal: RequestError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
