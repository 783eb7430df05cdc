/**
 * News that is worth nothing later, e.g. how far a job has come. It is told at most once, to whoever listens at that
 * moment, and a newer one of the same name and key takes the place of an older one that was not told yet. What must
 * not be missed is a change.
 */
export interface Signal {
  /** The feed whose followers may hear it. */
  readonly feed: string;
  readonly name: string;
  /** What it is about. */
  readonly key: string;
  /** Anything that JSON can carry. */
  readonly value: unknown;
}

/** Tells whoever listens, on any node. Returns at once and never fails. */
export type SendSignal = (signal: Signal) => void;
