import type { InputFieldMap } from '@pothos/core';
import type { GraphQLFieldExtensions } from 'graphql';
import type { Rule } from '../core/rules.ts';
import { builder } from './builder.ts';

type SubscriptionFields = Parameters<Parameters<typeof builder.subscriptionField>[1]>[0];

/** Makes the arguments of a subscription field. */
export type SubscriptionArg = SubscriptionFields['arg'];

/**
 * Declares a subscription field that the delivery engine carries out as its extensions say: it executes the selection
 * for each item, with the item as root value, so nothing here subscribes to anything. Every one takes `after`.
 */
export function subscriptionField(
  name: string,
  field: {
    readonly type: unknown;
    readonly description: string;
    readonly rule: Rule;
    readonly args: (arg: SubscriptionArg) => InputFieldMap;
    /** What `after` does, for the author of a client. */
    readonly after: string;
    readonly extensions: GraphQLFieldExtensions<unknown, unknown, unknown>;
  },
): void {
  builder.subscriptionField(name, (t) =>
    t.field({
      type: field.type as never,
      description: field.description,
      rule: field.rule,
      args: { ...field.args(t.arg), after: t.arg({ type: 'Cursor', description: field.after }) },
      extensions: field.extensions,
      subscribe: () => {
        throw new Error(`${name} is carried out by the delivery engine, not by a resolver.`);
      },
      resolve: (item: unknown) => item as never,
    }),
  );
}
