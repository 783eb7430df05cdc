import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { OperationTypeNode, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import possibleTypes from '../../possible-types.json' with { type: 'json' };
import { signIn, TEST_PASSWORD, type TestUser } from './installation.ts';
import { PATIENCE_MS, within } from './patience.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever their own query selected
type Data = any;
type Variables = Record<string, unknown>;

/** A front end of a user, made of a client library as its own documentation has it. */
export interface FrontEnd {
  /** Runs a query and answers with its data; throws its errors. */
  ask(query: string, variables?: Variables): Promise<Data>;
  follow(query: string, variables?: Variables): Followed;
  stop(): void;
}

/** The results of a subscription, as the application receives them from its library. */
export class Followed {
  readonly #results: unknown[] = [];
  readonly #waiting: ((result: unknown) => void)[] = [];

  /** Takes what the library gives: data, or an error that ends the stream. */
  readonly take = (result: unknown): void => {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(result);
    else this.#results.push(result);
  };

  /** The next result: the value of the field, or `{ error }`. */
  async next(): Promise<Data> {
    if (this.#results.length > 0) return this.#results.shift();
    const arrival = new Promise((resolve) => this.#waiting.push(resolve));
    return within(PATIENCE_MS, () => 'The next result did not come', arrival);
  }
}

const fieldOf = (data: object) => Object.values(data)[0];
/** The codes of the errors in what a library hands on when a stream ends. */
function errorOf(error: Data): { readonly error: readonly string[] } {
  const errors = Array.isArray(error) ? error : (error?.graphQLErrors ?? error?.errors ?? []);
  return { error: errors.map(({ extensions }: Data) => String(extensions?.code)) };
}

function socketOf(url: string, authorization: string) {
  return createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization },
  });
}

type Library = (url: string, authorization: string) => FrontEnd;

const apollo: Library = (url, authorization) => {
  const socket = socketOf(url, authorization);
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: `${url}/graphql`, headers: { authorization } }),
    ),
  });
  return {
    ask: async (query, variables = {}) => {
      const { data, error } = await client.query({
        query: parse(query),
        variables,
        fetchPolicy: 'network-only',
      });
      if (error) throw error;
      return data;
    },
    follow(query, variables = {}) {
      const followed = new Followed();
      client.subscribe({ query: parse(query), variables, fetchPolicy: 'no-cache' }).subscribe({
        next: ({ data, error }) => followed.take(data ? fieldOf(data) : errorOf(error)),
      });
      return followed;
    },
    stop: () => {
      client.stop();
      void socket.dispose();
    },
  };
};

const urql: Library = (url, authorization) => {
  const socket = socketOf(url, authorization);
  const client = new UrqlClient({
    url: `${url}/graphql`,
    fetchOptions: { headers: { authorization } },
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  });
  return {
    ask: async (query, variables = {}) => {
      const { data, error } = await client.query(query, variables).toPromise();
      if (error) throw error;
      return data;
    },
    follow(query, variables = {}) {
      const followed = new Followed();
      client.subscription(query, variables).subscribe(({ data, error }) => {
        if (error) followed.take(errorOf(error));
        else if (data) followed.take(fieldOf(data));
      });
      return followed;
    },
    stop: () => void socket.dispose(),
  };
};

const graphqlWs: Library = (url, authorization) => {
  const socket = socketOf(url, authorization);
  const run = (query: string, variables: Variables, followed: Followed) =>
    socket.subscribe<Variables>(
      { query, variables },
      {
        next: ({ data, errors }) => followed.take(data ? fieldOf(data) : errorOf(errors)),
        error: (error) => followed.take(errorOf(error)),
        complete: () => {},
      },
    );
  return {
    // Queries go over the socket, too.
    ask: async (query, variables = {}) => {
      const { value } = await socket.iterate({ query, variables }).next();
      if (!value.data) throw Object.assign(new Error('refused'), { graphQLErrors: value.errors });
      return value.data;
    },
    follow(query, variables = {}) {
      const followed = new Followed();
      run(query, variables, followed);
      return followed;
    },
    stop: () => void socket.dispose(),
  };
};

const LIBRARIES = { apollo, urql, graphqlWs } as const;

/** Signs a user of a stage in, at a front end made with a library. */
export async function aFrontEnd(
  library: keyof typeof LIBRARIES,
  url: string,
  { email }: Pick<TestUser, 'email'>,
): Promise<FrontEnd> {
  return LIBRARIES[library](url, `Bearer ${await signIn(url, email, TEST_PASSWORD)}`);
}
