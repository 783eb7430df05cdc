import type { GraphQLSchema } from 'graphql';
import type { EntityRow } from '../core/change.ts';
import { allows, signedIn } from '../core/rules.ts';
import { levelInScope } from '../core/scope.ts';
import type { Viewer } from '../core/viewer.ts';
import { builder } from './builder.ts';
import { FeedPosition, FeedReset } from './change-event.ts';
import { type ExposedEntity, exposedEntities } from './exposed-entities.ts';
import type { FollowArgs, FollowSpec, View } from './follow.ts';
import { followField, type ItemType } from './follow-field.ts';
import { levelArg } from './shared-args.ts';

/** Joins the plans of all rooms into the field `changes`: everything of a feed that the viewer may see. */
class EveryChange {
  readonly #specs = new Map<string, FollowSpec>();
  readonly #types: ItemType[] = [FeedReset, FeedPosition];

  /** Adds what one room shows, how it is followed, and the events that tell of it. */
  add<Row extends EntityRow>(
    exposed: ExposedEntity<Row>,
    spec: FollowSpec,
    types: readonly ItemType[],
  ): void {
    exposedEntities.add(exposed);
    this.#specs.set(exposed.typeName, spec);
    this.#types.push(...types);
  }

  /** Declares the field; call it after every room has added its own. */
  declare(): void {
    const shown = builder.enumType('ChangeType', {
      description: 'The types whose changes can be followed.',
      values: Object.fromEntries(
        [...this.#specs.keys()].map((typeName) => [
          typeName.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase(),
          { value: typeName, description: `Changes to each ${typeName} in view.` },
        ]),
      ),
    });
    followField('changes', {
      type: builder.unionType('AnyChange', {
        description: 'Anything that happened in a feed, or how far the stream has come.',
        types: () => this.#types as never,
      }),
      description:
        'Emits every change of a tenant that the viewer may see, in order: one stream to keep a whole cache in step.',
      args: (arg) => ({
        tenantId: levelArg(arg),
        types: arg({ type: [shown], description: 'Only changes of these types. If omitted, of all types.' }),
      }),
      spec: {
        rule: signedIn,
        feed: (viewer, { tenantId }) => levelInScope(viewer, tenantId),
        view: (viewer, args, schema) => this.#view(viewer, args, schema),
        isPersonal: (viewer, args) =>
          this.#specsFor(viewer, args).some((spec) => spec.isPersonal(viewer, {})),
        hasPositions: true,
      },
    });
  }

  /** The plans of what was asked for and the viewer may follow. */
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
