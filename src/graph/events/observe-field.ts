import type { InputFieldMap, OutputRef } from '@pothos/core';
import type { Context } from '../../core/context.ts';
import type { Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FollowArgs } from './follow.ts';
import { type SubscriptionArg, subscriptionField } from './subscription-field.ts';

/**
 * The spec of a subscription field that receives a state which all nodes share in a leased set, e.g. who is connected.
 * The field declares it as `extensions.observe`, and the subscription engine executes it. It begins with the present
 * state. Of states that follow each other faster than a client reads, it receives only the latest.
 */
export interface ObserveSpec<Seen = never> {
  /** Checked again before each state; a viewer that it no longer allows is disconnected. */
  readonly rule: Rule;
  /** Returns the level whose state it is. Throws a RequestError for one that the viewer may not read. */
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
  /** The leased set. */
  readonly set: (feed: string) => string;
  /**
   * Reads the state as the viewer of the context may see it now. `seen` is what the client has seen, undefined at first;
   * a value of null says that it has seen this state.
   */
  readonly look: (
    ctx: Context,
    feed: string,
    args: FollowArgs,
    seen: Seen | undefined,
  ) => Promise<Look<Seen>>;
}

/** A value for the client, and what it has seen with it. */
export interface Look<Seen> {
  readonly value: object | null;
  readonly seen: Seen;
  /** Whether there is more of the state than the value has room for; it follows with the next one. */
  readonly hasMore?: boolean;
}

/** Declares a subscription field that receives a shared state. */
export function observeField<Value extends object, Seen>(
  name: string,
  field: {
    readonly type: OutputRef<Value>;
    readonly description: string;
    readonly args: (arg: SubscriptionArg) => InputFieldMap;
    readonly spec: ObserveSpec<Seen>;
  },
): void {
  const { type, description, args, spec } = field;
  subscriptionField(name, {
    type,
    description,
    rule: spec.rule,
    args,
    after: 'Accepted like in every subscription, but without effect: a stream begins with the present state.',
    extensions: { observe: spec as unknown as ObserveSpec },
  });
}

declare module 'graphql' {
  // The type parameters must have the names of the declaration that this extends.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    observe?: ObserveSpec;
  }
}
