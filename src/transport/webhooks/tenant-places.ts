/** So many requests of one tenant are under way on a node: those of others do not wait for them. */
const PLACES = 32;

/** Shares the requests that a node sends at a time among the webhooks of each tenant. */
export class TenantPlaces {
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Takes up to so many places of a tenant; calls back once, when there may be one again, if it gave less. */
  take(tenantId: string, wanted: number, onFree: () => void): number {
    if (wanted === 0) return 0;
    const taken = this.#taken.get(tenantId) ?? 0;
    const granted = Math.min(wanted, PLACES - taken);
    this.#taken.set(tenantId, taken + granted);
    if (granted < wanted) this.#waiting.set(tenantId, (this.#waiting.get(tenantId) ?? new Set()).add(onFree));
    return granted;
  }

  /** Gives places back. */
  give(tenantId: string, count: number): void {
    if (count === 0) return;
    const left = (this.#taken.get(tenantId) ?? 0) - count;
    if (left > 0) this.#taken.set(tenantId, left);
    else this.#taken.delete(tenantId);
    const waiting = this.#waiting.get(tenantId);
    this.#waiting.delete(tenantId);
    for (const onFree of waiting ?? []) onFree();
  }
}
