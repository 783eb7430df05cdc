import { LIVE } from './live-table.ts';

/** The parts of a parsed document that are read here. */
interface ParsedDocument {
  readonly kind: 'Document';
  readonly definitions: readonly unknown[];
}

/** A text that is an object of a class of its generator, which extends String, because it has a type. */
interface TypedText {
  readonly length: number;
  trim(): string;
}

interface Definition {
  readonly kind: string;
  readonly name?: { readonly value: string };
  readonly typeCondition?: { readonly name: { readonly value: string } };
  readonly operation?: string;
  readonly selectionSet?: { readonly selections: readonly { readonly name?: { readonly value: string } }[] };
}

/** A fragment on an entity, or a subscription of one's own to a `…Changed` field; as text, typed or not, or parsed and typed. */
export type LiveDocument<R> =
  | string
  | (TypedText & { readonly __apiType?: (variables: never) => R })
  | (ParsedDocument & { readonly __apiType?: (variables: never) => R });

/** The row of a document: that of the fragment, or of the pages of the subscription. */
export type RowOf<T> = [keyof T & `${string}Changed`] extends [never]
  ? T
  : T[keyof T & `${string}Changed`] extends infer Change
    ? Change extends { nodes: readonly (infer Node)[] }
      ? Node
      : never
    : never;

/** The arguments of a live list that the server knows. Which of them a field has depends on its entity. */
export interface LiveArguments {
  readonly id?: string;
  readonly filter?: object;
  readonly tenantId?: string;
  readonly organizationId?: string;
}

/** The entity of a document, and how it becomes a subscription. */
export interface LiveSource {
  readonly entity: string;
  /** The field of an event that has the row. */
  readonly rowField: string;
  /** The subscription. With `isSnapshot` it begins with the rows. */
  query(given: LiveArguments, isSnapshot: boolean): Promise<string> | string;
}

const FRAGMENT = /\bfragment\s+(\w+)\s+on\s+(\w+)/;
const SUBSCRIPTION = /(?:^|\})\s*subscription\b[^{]*\{\s*(\w+)/;
const EVENT_FIELDS =
  '...on ChangeEvent{eventId changedFields occurredAt requestId actor{kind id name}}...on EntityEvent{entityId}';

/** Reads a document. Throws a TypeError for one of which there can be no live list. */
export function liveSource(given: LiveDocument<unknown>): LiveSource {
  const document = plain(given);
  const { field, fragment, on } = typeof document === 'string' ? headOfText(document) : headOf(document);
  const entity = field ? capitalized(field.replace(/Changed$/, '')) : (on ?? '');
  const [parameters, carriers] = LIVE[entity] ?? [];
  if (parameters === undefined || carriers === undefined)
    throw new TypeError(
      `There is no live list of "${field ?? entity}": take a fragment on one of ${Object.keys(LIVE)}`,
    );
  const rowField = entity.charAt(0).toLowerCase() + entity.slice(1);
  return {
    entity,
    rowField,
    query(given, isSnapshot) {
      const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
      const unknown = names.find((name) => !parameters.split(' ').includes(name));
      if (unknown && !field)
        throw new TypeError(`${rowField}Changed has no argument "${unknown}": it has ${parameters}`);
      const withText = (text: string) => {
        if (field) return text;
        const declared = [...names.map((name) => `$${name}:${typeOf(name, entity)}`), '$after:Cursor'];
        const handed = [...names, 'after'].map((name) => `${name}:$${name}`);
        const row = `{__typename id version ...${fragment}}`;
        const pages = `...on ${entity}Snapshot{page isLast totalCount nodes${row}}`;
        const events = carriers.split(' ').map((type) => `...on ${type}{${rowField}${row}}`);
        return `subscription Live${fragment}(${declared}){${rowField}Changed(${handed},snapshot:${isSnapshot}){__typename ${
          isSnapshot ? pages : ''
        }${events.join('')}${EVENT_FIELDS}...on FeedReset{reason}}} ${text}`;
      };
      return typeof document === 'string' ? withText(document) : textOf(document).then(withText);
    },
  };
}

interface Head {
  readonly field?: string | undefined;
  readonly fragment?: string | undefined;
  readonly on?: string | undefined;
}

function headOfText(text: string): Head {
  const [, field] = SUBSCRIPTION.exec(text) ?? [];
  const [, fragment, on] = FRAGMENT.exec(text) ?? [];
  return { field, fragment, on };
}

function headOf({ definitions }: ParsedDocument): Head {
  const parts = definitions as readonly Definition[];
  const subscription = parts.find(({ operation }) => operation === 'subscription');
  const fragment = parts.find(({ kind }) => kind === 'FragmentDefinition');
  return {
    field: subscription?.selectionSet?.selections[0]?.name?.value,
    fragment: fragment?.name?.value,
    on: fragment?.typeCondition?.name.value,
  };
}

/** Prints a parsed document. Only such a document needs `graphql`, which is large. */
export async function textOf(given: LiveDocument<unknown>): Promise<string> {
  const document = plain(given);
  if (typeof document === 'string') return document;
  const { print } = await import('graphql');
  return print(document as Parameters<typeof print>[0]);
}

function plain(document: LiveDocument<unknown>): ParsedDocument | string {
  return typeof document === 'object' && 'trim' in document ? document.trim() : document;
}

function typeOf(argument: string, entity: string): string {
  return argument === 'filter' ? `${entity}Filter` : 'ID';
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
