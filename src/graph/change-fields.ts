import type { InputRef, OutputRef } from '@pothos/core';
import type { EntityRow } from '../core/change.ts';
import { inherited } from '../core/rules.ts';
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

/** What differs from one followed entity to the next. */
export interface ChangeFields<Row extends EntityRow> extends Omit<ChangeSource<Row>, 'events'> {
  /** The event's field that holds the entity. */
  readonly noun: string;
  readonly type: OutputRef<Row>;
  /** Whether the rows belong to tenants, so that a viewer of several must say which one is meant. */
  readonly isOfTenant: boolean;
  readonly verbs: readonly Verb[];
  /** How the entity's field says a verb that has another name in its domain, e.g. `Created: 'Added'`. */
  readonly wording?: { readonly [Told in Verb]?: string };
  /** Null where a viewer sees at most one of the kind, so that there is nothing to choose from. */
  readonly filter: InputRef<FilterShape> | null;
}

const WHEN: Record<Verb, string> = {
  Created: 'comes into view: it was created, or changed so that it belongs to the view',
  Updated: 'changes',
  Deleted: 'leaves the view: it was deleted, or changed so that it no longer belongs to the view',
};

/**
 * Declares what can be followed of an entity: `<noun>Created`, `<noun>Updated` and `<noun>Deleted`, each an event
 * with the entity in it, and `<noun>Changed`, all of them in one ordered stream that also says where it stands.
 */
export function changeFields<Row extends EntityRow>(fields: ChangeFields<Row>): void {
  const { noun, typeName, verbs } = fields;
  const events = verbs.map((verb) => ({ verb, type: eventType(fields, verb) }));
  for (const { verb, type } of events) {
    followField(`${noun}${wordOf(fields, verb)}`, {
      type,
      description: `Follows each ${typeName} that ${WHEN[verb]}.`,
      args: (arg) => selection(fields, arg),
      spec: followSpecOf({ ...fields, events: eventsOf(fields, [verb]) }, { hasPositions: false }),
    });
  }
  const types = events.map(({ type }) => type);
  const spec = followSpecOf({ ...fields, events: eventsOf(fields, verbs) }, { hasPositions: true });
  followField(`${noun}Changed`, {
    type: builder.unionType(`${typeName}Change`, {
      description: `What happened to one ${typeName} in view, or where the stream stands.`,
      types: [...types, FeedReset, FeedPosition],
    }),
    description: `Follows everything that happens to each ${typeName} in view: one stream, in order.`,
    args: (arg) => selection(fields, arg),
    spec,
  });
  everyChange.add(fields, spec, types);
}

/** What differs from one domain event to the next. */
export interface DomainEventField<Row extends EntityRow>
  extends Omit<ChangeFields<Row>, 'verbs' | 'wording'> {
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
  const event = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  followField(name, {
    type: entityEvent(event, { description, noun, type, typeName }),
    description: `Follows a domain event: ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
    args: (arg) => selection(fields, arg),
    spec: followSpecOfDomainEvent(fields, { event, happens }),
  });
}

function eventsOf<Row extends EntityRow>(
  fields: ChangeFields<Row>,
  verbs: readonly Verb[],
): ChangeSource['events'] {
  return Object.fromEntries(verbs.map((verb) => [verb, `${fields.typeName}${wordOf(fields, verb)}`]));
}

function wordOf<Row extends EntityRow>({ wording }: ChangeFields<Row>, verb: Verb): string {
  return wording?.[verb] ?? verb;
}

function eventType<Row extends EntityRow>(fields: ChangeFields<Row>, verb: Verb) {
  const { noun, typeName, type } = fields;
  const word = wordOf(fields, verb);
  const name = `${typeName}${word}`;
  const description = `A ${typeName} ${verb === 'Updated' ? 'changed' : `was ${word.toLowerCase()}`}, as the viewer sees it.`;
  if (verb !== 'Deleted') return entityEvent(name, { description, noun, type, typeName });
  return builder.objectRef<ChangeItem>(name).implement({
    description,
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: [typeName] },
    fields: (t) => ({
      [`${noun}Id`]: t.id({
        description: 'The id of what is gone.',
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
      tenantId: arg.id({ description: 'The tenant. May be left out by people of one tenant.' }),
    }),
    ...(fields.filter && {
      id: arg.id({ description: `Only the ${fields.typeName} with this id.` }),
      filter: arg({ type: fields.filter, description: `Only each ${fields.typeName} that this chooses.` }),
    }),
  };
}
