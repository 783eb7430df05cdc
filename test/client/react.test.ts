import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Lockstep } from '@lockstep/client';
import {
  LockstepProvider,
  useConnection,
  useEvents,
  useLiveEntity,
  useLiveList,
  useRealtimeSync,
} from '@lockstep/client/react';
import { JSDOM } from 'jsdom';
import { createElement, type FunctionComponent, StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { WebSocket } from 'ws';
import { aSignedIn, until } from '../support/live-client.ts';
import { PATIENCE_MS, within } from '../support/patience.ts';
import { aStage } from '../support/stage.ts';

interface Customer {
  readonly id: string;
  readonly company: string;
}

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const ROW = 'fragment CustomerRow on Customer { company }';

/** The socket of the client, which counts the subscriptions that it sends. */
const subscribed: string[] = [];
class CountingSocket extends WebSocket {
  override send(message: string): void {
    const { type, payload } = JSON.parse(message);
    if (type === 'subscribe') subscribed.push(payload.query);
    super.send(message);
  }
}

let dom: JSDOM;
let hadNavigator: boolean;
let reactDom: typeof import('react-dom/client');
let client: Lockstep | undefined;
let root: Root | undefined;

beforeAll(async () => {
  dom = new JSDOM('<main></main>');
  // React looks for a page when it is loaded.
  Object.assign(globalThis, { window: dom.window, document: dom.window.document });
  hadNavigator = 'navigator' in globalThis;
  if (!hadNavigator) Object.assign(globalThis, { navigator: dom.window.navigator });
  reactDom = await import('react-dom/client');
});

afterEach(() => {
  root?.unmount();
  client?.close();
  subscribed.length = 0;
  jest.restoreAllMocks();
});

afterAll(() => {
  dom.window.close();
  for (const name of ['window', 'document', ...(hadNavigator ? [] : ['navigator'])])
    Reflect.deleteProperty(globalThis, name);
});

const aCustomer = (company: string) => installation.aCustomer(acme.id, company);
const page = () => dom.window.document.querySelector('main') as unknown as Element;

async function signIn(): Promise<void> {
  client = await aSignedIn(installation, ada, { webSocketImpl: CountingSocket });
}

/** Renders a component in a page, in StrictMode and with the client. */
function tree(component: FunctionComponent, times = 1) {
  const children = Array.from({ length: times }, (_, key) => createElement(component, { key }));
  return createElement(
    StrictMode,
    null,
    createElement(LockstepProvider, { client: client as Lockstep }, ...children),
  );
}

function show(component: FunctionComponent, times?: number): void {
  root = reactDom.createRoot(page());
  root.render(tree(component, times));
}

/** Waits until the text of the page is as wanted. */
function text(isSo: (text: string) => boolean): Promise<string> {
  const main = page();
  let observer: MutationObserver | undefined;
  const arrived = new Promise<string>((resolve) => {
    const look = () => isSo(main.textContent ?? '') && resolve(main.textContent ?? '');
    observer = new dom.window.MutationObserver(look) as unknown as MutationObserver;
    observer.observe(main as never, { childList: true, subtree: true, characterData: true });
    look();
  });
  return within(PATIENCE_MS, () => `The page says "${main.textContent}"`, arrived).finally(() =>
    observer?.disconnect(),
  );
}

/** A list in three lines, with the companies whose name begins as that of its test. */
function listOf(name: string): FunctionComponent {
  return function Companies() {
    const { rows, status } = useLiveList<Customer>(ROW, {
      filter: { company: { startsWith: name } },
      orderBy: [{ field: 'company' }],
    });
    return `${status}:${rows.map(({ company }) => company.slice(name.length)).join()};`;
  };
}

test('two equal lists under StrictMode open one subscription, and show each change', async () => {
  await signIn();
  const name = crypto.randomUUID();
  await aCustomer(`${name}A`);
  show(listOf(name), 2);
  await text((now) => now === 'in-step:A;in-step:A;');
  await aCustomer(`${name}B`);
  await text((now) => now === 'in-step:A,B;in-step:A,B;');
  expect(subscribed).toHaveLength(1);
});

test('a page that a server rendered is hydrated without a warning, and then live', async () => {
  await signIn();
  const name = crypto.randomUUID();
  await aCustomer(`${name}A`);
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  const html = renderToString(tree(listOf(name)));
  expect({ html, connection: client?.connection.get().state }).toEqual({
    html: 'idle:;',
    connection: 'idle',
  });
  page().innerHTML = html;
  root = reactDom.hydrateRoot(page(), tree(listOf(name)));
  await text((now) => now === 'in-step:A;');
  expect({ errors: error.mock.calls, subscriptions: subscribed.length }).toEqual({
    errors: [],
    subscriptions: 1,
  });
});

test('a list whose filter changes shows the former rows until the new ones are complete', async () => {
  await signIn();
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  await aCustomer(one);
  await aCustomer(other);
  const seen: string[] = [];
  let choose = (_name: string) => {};
  const { useState } = await import('react');
  show(function Chosen() {
    const [name, setName] = useState<string>(one);
    choose = setName;
    const { rows, isPrevious } = useLiveList<Customer>(ROW, { filter: { company: { equals: name } } });
    const said = `${isPrevious ? 'previous ' : ''}${rows.map(({ company }) => company).join()}`;
    seen.push(said);
    return said;
  });
  await text((now) => now === one);
  seen.length = 0;
  choose(other);
  await text((now) => now === other);
  expect(new Set(seen)).toEqual(
    new Set([one, `previous ${one}`, other].filter((said) => seen.includes(said))),
  );
  expect(seen).toContain(`previous ${one}`);
  expect(seen).not.toContain('');
});

test('an entity, the connection, events once each for the latest handler, and what to refetch', async () => {
  await signIn();
  const name = crypto.randomUUID();
  const id = await aCustomer(name);
  const events: string[] = [];
  const refetch = jest.fn();
  show(function Everything() {
    const { row } = useLiveEntity<Customer>(ROW, id);
    const { state } = useConnection();
    useEvents<Customer>(ROW, (event) => events.push(`${row?.company === name} ${event.type}`));
    useRealtimeSync(['Customer'], refetch);
    return `${state} ${row?.company}`;
  });
  await text((now) => now === `in-step ${name}`);
  await aCustomer('Another');
  await until(
    { get: () => refetch.mock.calls, subscribe: (look) => (client as Lockstep).onInvalidate(look) },
    'a refetch',
    (calls) => calls.length > 0,
  );
  expect({ events, types: refetch.mock.calls, subscriptions: subscribed.length }).toEqual({
    events: ['true CustomerCreated'],
    types: [[['Customer']]],
    subscriptions: 3,
  });
});
