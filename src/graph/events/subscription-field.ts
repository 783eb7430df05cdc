import type { InputFieldMap } from '@pothos/core';
import type { GraphQLFieldExtensions } from 'graphql';
import type { Rule } from '../../core/rights/rules.ts';
import { builder } from '../schema/builder.ts';

type SubscriptionFields = Parameters<Parameters<typeof builder.subscriptionField>[1]>[0];

/** Makes the arguments of a subscription field. */
export type SubscriptionArg = SubscriptionFields['arg'];

/**
 * Declares a subscription field that the subscription engine executes as its extensions declare: it executes the
 * selection for each event, with the event as root value, so the field needs no resolver that subscribes. Every such
 * field takes `after`.
 */
export function subscriptionField(
  name: string,
  field: {
    readonly type: unknown;
    readonly description: string;
    readonly rule: Rule;
    readonly args: (arg: SubscriptionArg) => InputFieldMap;
    /** The effect of `after`, for authors of clients. */
    readonly after: string;
    readonly extensions: GraphQLFieldExtensions<unknown, unknown, unknown>;
  },
): void {
  builder.subscriptionField(name, (t) =>
    t.field({
      type: field.type as never,
      description: `${field.description} ${kindOf(field.extensions)}`,
      rule: field.rule,
      args: { ...field.args(t.arg), after: t.arg({ type: 'Cursor', description: field.after }) },
      extensions: field.extensions,
      subscribe: () => {
        throw new Error(`${name} is executed by the subscription engine, not by a resolver.`);
      },
      resolve: (item: unknown) => item as never,
    }),
  );
}

/** The kind of the events, which every description names. */
function kindOf({ follow }: GraphQLFieldExtensions<unknown, unknown, unknown>): string {
  return follow
    ? 'Durable: each change is in the log, so a stream that broke resumes after its last cursor.'
    : 'A signal: the latest value wins, none waits for another, and it cannot be resumed.';
}
