import type { InputFieldMap, OutputRef } from '@pothos/core';
import type { Signal } from '../../core/feeds/signal.ts';
import type { Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FollowArgs } from './follow.ts';
import { type SubscriptionArg, subscriptionField } from './subscription-field.ts';

/**
 * The spec of a subscription field that receives signals. The field declares it as `extensions.listen`, and the
 * subscription engine executes it. Signals are not kept, so nothing can be resumed. If they come faster than a client
 * reads, it receives only the latest.
 */
export interface ListenSpec {
  /** Checked again before each signal; a viewer that it no longer allows is disconnected. */
  readonly rule: Rule;
  /**
   * Returns the feed whose signals the field receives. Throws a RequestError for a feed that the viewer may not read.
   */
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
  /** Maps a signal to the value of the field for a viewer with these arguments, or to null. Pure. */
  readonly hears: (viewer: Viewer, args: FollowArgs) => (signal: Signal) => object | null;
}

/** Declares a subscription field that receives signals. */
export function listenField<Heard extends object>(
  name: string,
  field: {
    readonly type: OutputRef<Heard>;
    readonly description: string;
    readonly args: (arg: SubscriptionArg) => InputFieldMap;
    readonly spec: ListenSpec;
  },
): void {
  const { type, description, args, spec } = field;
  subscriptionField(name, {
    type,
    description,
    rule: spec.rule,
    args,
    after: 'Accepted like in every subscription, but without effect: signals are not kept.',
    extensions: { listen: spec },
  });
}

declare module 'graphql' {
  // The type parameters must have the names of the declaration that this extends.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    listen?: ListenSpec;
  }
}
