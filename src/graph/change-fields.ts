import type { InputRef, OutputRef } from '@pothos/core';
import type { EntityRow } from '../core/change.ts';
import { inherited } from '../core/rules.ts';
import { capitalized } from '../lib/capitalized.ts';
import { withArticle } from '../lib/with-article.ts';
import { builder } from './builder.ts';
import { ChangeEvent, type ChangeItem, entityEvent, FeedPosition, FeedReset } from './change-event.ts';
import {
  type ChangeSource,
  followSpecOf,
  followSpecOfDomainEvent,
  type StepTest,
  type Verb,
} from './change-source.ts';
import { everyChange } from './every-change.ts';
import type { FilterShape } from './filter.ts';
import { followField } from './follow-field.ts';
import { tenantArg } from './shared-args.ts';

/** What differs from one followed entity to the next. */
export interface ChangeFields<Row extends EntityRow> extends Omit<ChangeSource<Row>, 'events'> {
  /** The event's field that holds the entity. */
  readonly noun: string;
  readonly type: OutputRef<Row>;
  /** Whether the rows belong to tenants, so that a viewer of several must say which one is meant. */
  readonly isOfTenant: boolean;
  /** The names of the subscription fields: one for each verb that can be followed by itself, and one for all of them. */
  readonly fields: { readonly [Followed in Verb]?: string } & { readonly all: string };
  /** Null where a viewer sees at most one of the kind, so that there is nothing to choose from. */
  readonly filter: InputRef<FilterShape> | null;
}

const VERBS = ['created', 'updated', 'deleted'] as const satisfies readonly Verb[];
const WHEN: Record<Verb, string> = {
  created:
    'comes into view: it was created, or it changed so that the viewer sees it or it matches the filter',
  updated: 'in view is updated',
  deleted:
    'leaves the view: it was deleted, or it changed so that the viewer no longer sees it or it no longer matches the filter',
};

/**
 * Declares what can be followed of an entity: its creations, updates and deletions, each an event with the entity in it
 * and named after its field, and all of them in one ordered stream that also says where it stands.
 */
export function changeFields<Row extends EntityRow>(entity: ChangeFields<Row>): void {
  const { typeName, fields } = entity;
  const events = VERBS.flatMap((verb) => {
    const name = fields[verb];
    return name ? [{ verb, name, event: capitalized(name) }] : [];
  });
  const types = events.map(({ verb, name, event }) => {
    const type = eventType(entity, verb, event);
    followField(name, {
      type,
      description: `Emits when ${withArticle(typeName)} ${WHEN[verb]}.`,
      args: (arg) => selection(entity, arg),
      spec: followSpecOf({ ...entity, events: { [verb]: event } }, { hasPositions: false }),
    });
    return type;
  });
  const spec = followSpecOf(
    { ...entity, events: Object.fromEntries(events.map(({ verb, event }) => [verb, event])) },
    { hasPositions: true },
  );
  followField(fields.all, {
    type: builder.unionType(`${typeName}Change`, {
      description: `What happened to one ${typeName} in view, or how far the stream has come.`,
      types: [...types, FeedReset, FeedPosition],
    }),
    description: `Emits everything that happens to each ${typeName} in view, as one ordered stream.`,
    args: (arg) => selection(entity, arg),
    spec,
  });
  everyChange.add(entity, spec, types);
}

/** What differs from one domain event to the next. */
export interface DomainEventField<Row extends EntityRow> extends Omit<ChangeFields<Row>, 'fields'> {
  /** What has happened, as a sentence for the client's author. */
  readonly description: string;
  readonly happens: StepTest<Row>;
}

/**
 * Declares `name`, which follows one domain event of an entity, e.g. `paymentReceived`. The same change is told by
 * `<noun>Created` or `<noun>Updated` as well: this is for who wants to hear of nothing else.
 */
export function domainEventField<Row extends EntityRow>(name: string, fields: DomainEventField<Row>): void {
  const { noun, type, typeName, description, happens } = fields;
  const event = capitalized(name);
  followField(name, {
    type: entityEvent(event, { description, noun, type, typeName }),
    description: `Emits when ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
    args: (arg) => selection(fields, arg),
    spec: followSpecOfDomainEvent(fields, { event, happens }),
  });
}

function eventType<Row extends EntityRow>(
  { noun, typeName, type }: ChangeFields<Row>,
  verb: Verb,
  name: string,
) {
  const what = verb === 'updated' ? 'changed' : `was ${name.slice(typeName.length).toLowerCase()}`;
  const description = `${capitalized(withArticle(typeName))} ${what}, as the viewer sees it.`;
  if (verb !== 'deleted') return entityEvent(name, { description, noun, type, typeName });
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: [typeName] },
    fields: (t) => ({
      [`${noun}Id`]: t.id({
        description: 'The id of the entity that is gone.',
        resolve: ({ change }) => change.entityId,
      }),
    }),
  });
}

type ArgBuilder = Parameters<Parameters<typeof followField>[1]['args']>[0];

function selection<Row extends EntityRow>(
  fields: Pick<ChangeFields<Row>, 'isOfTenant' | 'filter' | 'typeName'>,
  arg: ArgBuilder,
) {
  return {
    ...(fields.isOfTenant && {
      tenantId: tenantArg(arg),
    }),
    ...(fields.filter && {
      id: arg.id({ description: `Only the ${fields.typeName} with this id.` }),
      filter: arg({ type: fields.filter, description: `Only what matches this filter.` }),
    }),
  };
}
