import type { InputFieldMap, OutputRef } from '@pothos/core';
import type { Rule } from '../core/rules.ts';
import type { Signal } from '../core/signal.ts';
import type { Viewer } from '../core/viewer.ts';
import type { FollowArgs } from './follow.ts';
import { type SubscriptionArg, subscriptionField } from './subscription-field.ts';

/**
 * How a subscription field hears signals. The field declares it as `extensions.listen`, the delivery engine carries it
 * out. Nothing is resumed: what nobody heard is gone, and of what comes faster than a client reads it hears the latest.
 */
export interface ListenSpec {
  /** Asked again before each signal; a viewer it no longer allows is cut off. */
  readonly rule: Rule;
  /** Names the feed whose signals are heard. Throws a RequestError for one that the viewer may not follow. */
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
  /** Makes what a signal is to a viewer with these arguments: the value of the field, or null. Pure. */
  readonly hears: (viewer: Viewer, args: FollowArgs) => (signal: Signal) => object | null;
}

/** Declares a subscription field that hears signals. */
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
  // The names of the parameters must be those of the declaration it joins.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    listen?: ListenSpec;
  }
}
