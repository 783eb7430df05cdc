import type { InputFieldMap } from '@pothos/core';
import { builder } from './builder.ts';
import type { FeedPosition, FeedReset } from './change-event.ts';
import type { FollowItem, FollowPlan } from './follow.ts';

type SubscriptionFields = Parameters<Parameters<typeof builder.subscriptionField>[1]>[0];

/** What a followed field answers with: one event type, or a union of them. */
export type ItemType = typeof FeedReset | typeof FeedPosition | ReturnType<typeof builder.unionType>;

/**
 * Declares a subscription field that reads a feed. Every such field takes `after`. The delivery engine executes the
 * selection once for each item, with the item as root value, so nothing here subscribes to anything.
 */
export function followField(
  name: string,
  field: {
    readonly type: ItemType;
    readonly description: string;
    readonly args: (arg: SubscriptionFields['arg']) => InputFieldMap;
    readonly plan: FollowPlan;
  },
): void {
  builder.subscriptionField(name, (t) =>
    t.field({
      type: field.type as never,
      description: field.description,
      rule: field.plan.rule,
      args: {
        ...field.args(t.arg),
        after: t.arg({
          type: 'Cursor',
          description: 'Go on behind this cursor, without a gap. Absent: from now on.',
        }),
      },
      extensions: { follow: field.plan },
      subscribe: () => {
        throw new Error(`${name} is followed by the delivery engine, not by a resolver.`);
      },
      resolve: (item: unknown) => item as FollowItem as never,
    }),
  );
}
