import type { GraphQLSchema } from 'graphql';
import { allows, signedIn } from '../../core/rights/rules.ts';
import { ofOneFeed } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { followedRows } from '../rows/followed-rows.ts';
import { builder } from '../schema/builder.ts';
import { scopeArgs } from '../schema/shared-args.ts';
import { FeedPosition, FeedReset } from './change-event.ts';
import type { FollowArgs, FollowSpec, View } from './follow.ts';
import { followField, type ItemType } from './follow-field.ts';

/** Joins the specs of all rooms into the field `changes`: all changes of a feed that the viewer may see. */
class EveryChange {
  readonly #specs = new Map<string, FollowSpec>();
  readonly #types: ItemType[] = [FeedReset, FeedPosition];

  /** Adds the rows that a room shows, the spec of their subscription, and the types of their events. */
  add<Row extends EntityRow>(rows: Rows<Row>, spec: FollowSpec, types: readonly ItemType[]): void {
    followedRows.add(rows);
    this.#specs.set(rows.type, spec);
    this.#types.push(...types);
  }

  /** Declares the field. Call it after every room has added its rows. */
  declare(): void {
    const shown = builder.enumType('ChangeType', {
      description: 'The types whose changes can be subscribed to.',
      values: Object.fromEntries(
        [...this.#specs.keys()].map((typeName) => [
          typeName.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase(),
          { value: typeName, description: `Changes to each ${typeName} in view.` },
        ]),
      ),
    });
    followField('changes', {
      type: builder.unionType('AnyChange', {
        description: 'A change in a feed, or the position of the stream.',
        types: () => this.#types as never,
      }),
      description:
        'Emits every change of a tenant, an organization or the platform that the viewer may see, in order: one stream is enough to keep a whole cache up to date.',
      args: (arg) => ({
        ...scopeArgs(arg, ofOneFeed),
        types: arg({ type: [shown], description: 'Only changes of these types. If omitted, of all types.' }),
      }),
      spec: {
        rule: signedIn,
        feed: (viewer, { tenantId, organizationId }) => ofOneFeed.feed(viewer, tenantId, organizationId),
        entities: (args) => this.#entitiesOf(args),
        view: (viewer, args, schema) => this.#view(viewer, args, schema),
        isPersonal: (viewer, args) =>
          this.#specsFor(viewer, args).some((spec) => spec.isPersonal(viewer, {})),
        hasPositions: true,
      },
    });
  }

  /** Whether a stream of all changes can show those of an entity, by its name. */
  shows(entity: string): boolean {
    return [...this.#specs.values()].some((spec) => spec.entities?.({})?.includes(entity));
  }

  #entitiesOf({ types }: FollowArgs): readonly string[] | undefined {
    const wanted = types as readonly string[] | null | undefined;
    if (!wanted) return undefined;
    const entities = wanted.map((typeName) => this.#specs.get(typeName)?.entities?.({}));
    return entities.includes(undefined) ? undefined : [...new Set(entities.flat() as string[])].toSorted();
  }

  /** The specs of the requested types that the viewer may read. */
  #specsFor(viewer: Viewer, { types }: FollowArgs): FollowSpec[] {
    const wanted = types as readonly string[] | null | undefined;
    return [...this.#specs]
      .filter(([typeName, { rule }]) => (!wanted || wanted.includes(typeName)) && allows(rule, viewer))
      .map(([, spec]) => spec);
  }

  #view(viewer: Viewer, args: FollowArgs, schema: GraphQLSchema): View {
    const views = this.#specsFor(viewer, args).map((spec) => spec.view(viewer, {}, schema));
    return (change) => {
      for (const view of views) {
        const seen = view(change);
        if (seen) return seen;
      }
      return null;
    };
  }
}

export const everyChange = new EveryChange();
