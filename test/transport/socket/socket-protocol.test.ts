import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, type ExecutionArgs, type ExecutionResult, parse } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import { systemClock } from '../../../src/core/process/clock.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import { ResultStream } from '../../../src/live/streams/result-stream.ts';
import type { OperationPipeline } from '../../../src/transport/pipeline/operation-pipeline.ts';
import type { ClientSocket } from '../../../src/transport/socket/client-socket.ts';
import { PendingRequests } from '../../../src/transport/socket/pending-requests.ts';
import { type SocketState, socketProtocol } from '../../../src/transport/socket/socket-protocol.ts';
import { settled } from '../../support/memory-feed.ts';

const SUBSCRIBE = { id: 'one', type: 'subscribe', payload: { query: 'subscription { count }' } };
const schema = buildSchema('type Query { count: Int } type Subscription { count: Int }');
const document = parse(SUBSCRIBE.payload.query);

/** A client of a server of the protocol, without a network between them. */
function connect<Extra>(server: Server<Extra>, extra: Extra) {
  const sent: { id?: string; type: string; payload?: unknown }[] = [];
  let receive: (message: unknown) => Promise<void> = async () => {};
  const left = server.opened(
    {
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      send: async (text) => void sent.push(JSON.parse(text)),
      close: (code, reason) => void sent.push({ type: 'closed', payload: { code, reason } }),
      onMessage: (handle) => {
        receive = handle as typeof receive;
      },
    },
    extra,
  );
  return { sent, receive: (message: unknown) => receive(message), leave: () => left(1000, '') };
}

/** Makes every read of these properties an error. */
function poison(target: object, properties: readonly string[]): void {
  for (const property of properties) {
    Object.defineProperty(target, property, {
      get: () => {
        throw new Error(`${property} was read`);
      },
    });
  }
}

describe('graphql-ws', () => {
  /** A server that poisons everything that ours empties, and records the objects that identify an operation. */
  function poisoning(stream: ResultStream) {
    const identities: object[][] = [];
    const server = makeServer<Record<string, unknown>, null>({
      onConnect: (ctx) => poison(ctx, ['connectionParams']),
      onSubscribe: () => ({ schema, document, contextValue: 'context' }),
      subscribe: (args: ExecutionArgs) => {
        identities.push([args]);
        poison(args, ['schema', 'document', 'operationName', 'variableValues', 'rootValue']);
        return stream as unknown as ReturnType<NonNullable<Parameters<typeof makeServer>[0]['subscribe']>>;
      },
      onOperation: (_ctx, _id, payload, args) => {
        identities.push([args, payload]);
        poison(payload, ['query', 'variables', 'operationName', 'extensions']);
      },
      onNext: (_ctx, _id, payload, args, result) => {
        identities.push([args, payload]);
        return { ...result, extensions: { context: args.contextValue } } as ExecutionResult;
      },
      onComplete: (_ctx, _id, payload) => {
        identities.push([payload]);
      },
    });
    return { server, identities };
  }

  test('reads nothing of a running operation that the server empties, and passes the same objects to each hook', async () => {
    const stream = new ResultStream(() => {});
    const { server, identities } = poisoning(stream);
    const { sent, receive, leave } = connect(server, null);
    await receive({ type: 'connection_init', payload: { authorization: 'Bearer token' } });
    const running = receive(structuredClone(SUBSCRIBE));
    await settled();
    stream.deliver({ data: { count: 1 } });
    stream.end();
    await running;
    await leave();
    expect(sent.slice(1)).toEqual([
      { id: 'one', type: 'next', payload: { data: { count: 1 }, extensions: { context: 'context' } } },
      { id: 'one', type: 'complete' },
    ]);
    const [[args], [, payload]] = identities as [[object], [object, object]];
    expect(identities.map((objects) => objects.map((one) => [args, payload].indexOf(one)))).toEqual([
      [0],
      [0, 1],
      [0, 1],
      [1],
    ]);
  });

  test('closes the stream of an operation that its client completes, although no item is on its way', async () => {
    let isClosed = false;
    const stream = new ResultStream(() => {
      isClosed = true;
    });
    const { server } = poisoning(stream);
    const { sent, receive, leave } = connect(server, null);
    await receive({ type: 'connection_init' });
    const running = receive(structuredClone(SUBSCRIBE));
    await settled();
    await receive({ id: 'one', type: 'complete' });
    await running;
    await leave();
    expect({ isClosed, types: sent.map(({ type }) => type) }).toEqual({
      isClosed: true,
      types: ['connection_ack'],
    });
  });
});

describe('a socket', () => {
  const viewer = { userId: 'ada' } as Viewer;
  /** Collects everything that is no longer referred to. */
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');

  /** A pipeline whose subscriptions never end. */
  const pipeline = {
    getEnveloped: () => ({
      schema,
      parse: () => document,
      validate: () => [],
      contextFactory: async () => ({ operation: { requestId: 'request' } }),
      execute: async () => ({}),
      subscribe: async () => new ResultStream(() => {}),
    }),
  } as unknown as OperationPipeline;

  test('keeps neither the token of its client nor the variables of a running subscription', async () => {
    const protocol = socketProtocol({
      pipeline,
      identity: {
        verify: async () => ({ userId: 'ada', sessionId: null, expiresAt: new Date(Date.now() + 60_000) }),
        viewer: async () => viewer,
        acting: async () => ({ viewer, endsAt: new Date(Date.now() + 60_000) }),
      },
      register: async () => () => {},
      present: (result) => result,
      clock: systemClock,
      initTimeoutMs: 1_000,
      maxOperations: 1,
      maxAnonymous: 1,
    });
    const pendingRequests = new PendingRequests();
    const client = {
      isOpen: true,
      pendingRequests,
      operationIds: { count: 1 },
      writer: { sinkOf: () => null },
    } as unknown as ClientSocket;
    const state: SocketState = { ip: null, authorization: undefined, client };
    const { sent, receive, leave } = connect(protocol, state);
    const ask = () => {
      const params = { authorization: 'Bearer token' };
      const variables = { unused: 'text' };
      const init = receive({ type: 'connection_init', payload: params });
      const asked = init.then(() => {
        void receive({ ...SUBSCRIBE, payload: { ...SUBSCRIBE.payload, variables } });
      });
      return { asked, kept: { params: new WeakRef(params), variables: new WeakRef(variables) } };
    };
    const { asked, kept } = ask();
    await asked;
    await settled();
    collect();
    expect({ params: kept.params.deref(), variables: kept.variables.deref() }).toEqual({
      params: undefined,
      variables: undefined,
    });
    expect(sent.map(({ type }) => type)).toEqual(['connection_ack']);
    expect(state.connection?.viewer).toBe(viewer);
    await leave();
  });
});
