import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import type { Context } from '../../src/core/context.ts';
import type { FollowItem } from '../../src/graph/events/follow.ts';

/** Called whenever a thing is resolved; the resolver waits for the promise that it returns. */
export type OnShow = (version: number) => Promise<void> | void;

/** A schema with one subscription field, for unit tests of when things are shown and not of what is shown. */
export function makeExecutableThings(onShow: OnShow = () => {}): GraphQLSchema {
  const Thing = new GraphQLObjectType<FollowItem, Context>({
    name: 'Thing',
    fields: {
      version: {
        type: GraphQLInt,
        resolve: async (item) => {
          const version = 'row' in item ? (item.row as { version: number }).version : 0;
          await onShow(version);
          return version;
        },
      },
      readBy: { type: GraphQLString, resolve: (_item, _args, { viewer }) => viewer?.userId },
    },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { nothing: { type: GraphQLInt } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: { thing: { type: Thing, resolve: (item) => item } },
    }),
  });
}
