// graphql-yoga with graphql-ws, as Yoga's documentation shows, and graphql-redis-subscriptions, as its README does.

import { createServer } from 'node:http';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer as serveSockets } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { takeOrders } from '../fan-out/orders.ts';
import { microseconds } from '../support/microseconds.ts';
import { customerUpdated } from './event.ts';

const { PORT, REDIS_URL = '' } = process.env;
const pubSub = new RedisPubSub({ publisher: new Redis(REDIS_URL), subscriber: new Redis(REDIS_URL) });

const typeDefs = `
  type Actor { kind: String! name: String }
  type Customer {
    id: ID! tenantId: ID! company: String! contactName: String email: String phone: String status: String! kind: String!
    internalNotes: String memberCount: Int! propertyCount: Int! version: Int! createdAt: String! updatedAt: String!
  }
  type CustomerUpdated {
    eventId: ID! occurredAt: String! changedFields: [String!]! actor: Actor! customer: Customer!
  }
  type Query { version: String! }
  type Subscription { customerUpdated(tenantId: ID!): CustomerUpdated! }
`;

const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: { version: () => '1' },
      Subscription: {
        customerUpdated: {
          subscribe: (_root: unknown, { tenantId }: { tenantId: string }) =>
            pubSub.asyncIterator(`CUSTOMER_UPDATED.${tenantId}`),
        },
      },
    },
  }),
});

type Enveloped = ReturnType<typeof yoga.getEnveloped>;
const of = (args: { rootValue?: unknown }) => args.rootValue as Pick<Enveloped, 'execute' | 'subscribe'>;

const server = createServer(yoga);
serveSockets(
  {
    execute: (args) => of(args).execute(args),
    subscribe: (args) => of(args).subscribe(args),
    onSubscribe: async ({ extra }, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        req: extra.request,
        socket: extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
server.listen(Number(PORT), '127.0.0.1');

takeOrders((topic, first, count) => {
  const at = microseconds();
  for (let sequence = first; sequence < first + count; sequence += 1) {
    pubSub.publish(`CUSTOMER_UPDATED.${topic}`, { customerUpdated: customerUpdated(topic, sequence) });
  }
  return at;
});
