import type { InputFieldMap } from '@pothos/core';
import type { builder } from '../schema/builder.ts';
import type { FeedPosition, FeedReset } from './change-event.ts';
import type { FollowSpec } from './follow.ts';
import { type SubscriptionArg, subscriptionField } from './subscription-field.ts';

/** The type of a subscription field: one event type, or a union of them. */
export type ItemType = typeof FeedReset | typeof FeedPosition | ReturnType<typeof builder.unionType>;

/** Declares a subscription field that reads a feed. */
export function followField(
  name: string,
  field: {
    readonly type: ItemType;
    readonly description: string;
    readonly args: (arg: SubscriptionArg) => InputFieldMap;
    readonly spec: FollowSpec;
  },
): void {
  const { type, description, args, spec } = field;
  subscriptionField(name, {
    type,
    description,
    rule: spec.rule,
    args,
    after: 'Resume after this cursor, without gaps. If omitted, the stream starts with the next change.',
    extensions: { follow: spec },
  });
}
