/**
 * An ephemeral event, e.g. the progress of a job. It is delivered at most once, to the subscriptions that listen at
 * that moment. A newer signal of the same name and key replaces an older one that was not delivered yet. Events that
 * must not be missed are changes.
 */
export interface Signal {
  /** The feed whose subscriptions may receive it. */
  readonly feed: string;
  readonly name: string;
  /** The subject, e.g. the id of a job. */
  readonly key: string;
  /** Any value that JSON can express. */
  readonly value: unknown;
}

/** Sends a signal to all listeners, on any node. Returns immediately and never fails. */
export type SendSignal = (signal: Signal) => void;
