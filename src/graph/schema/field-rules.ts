import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { forbidden, unauthenticated } from '../../core/requests/errors.ts';
import { type ModuleName, requireModule } from '../../core/rights/modules.ts';
import { allows, permissionOf, type Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import { rooms } from '../../core/rows/room.ts';
import { onceFor } from '../../lib/once-for.ts';

/**
 * Every field has a rule: its own, its type's, or both, and then both must hold. A root field must have its own. A
 * field without a rule keeps the server from starting. The rules are in the built schema, as `extensions.rules` of each
 * field, so that everything else that shows a field (a list of changed fields, a filter, an audit diff) applies the
 * same rule.
 */
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      fieldRules: FieldRules<Types>;
    }
    interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      /** The rule of every field of the type. */
      rule: Rule<Shape>;
    }
    interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** The rule of this field, in addition to the rule of its type. */
      rule?: Rule<ParentShape>;
      /**
       * The rows in which a viewer sees the value. In others the field is null without an error, unlike where the rule
       * refuses: a client cannot know in which rows that is. A filter finds no value there either.
       */
      shownWhere?: ShownWhere<ParentShape>;
      /**
       * The columns that this field shows, if not the one of its own name. A viewer that may read the field may read
       * them.
       */
      columns?: readonly string[];
      /**
       * Whether the value of the field depends on who the viewer is, and not only on its rights. Such a field is
       * executed for each subscription separately.
       */
      isPersonal?: IsPersonal;
    }
    interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      rule: Rule;
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      rule: Rule;
    }
    interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      rule: Rule;
    }
  }
}

/** Tells whether a field of the object `type` depends on who the viewer is. */
export type IsPersonal = (viewer: Viewer, type: GraphQLObjectType, schema: GraphQLSchema) => boolean;

/** The rows in which a viewer sees a field. An image without the columns that it tests is none of them. */
export type ShownWhere<Row = unknown> = (viewer: Viewer) => Where<Row>;

/** The extensions of a built field that decide access to it. */
export interface FieldAccess {
  readonly rules: readonly Rule[];
  readonly columns: readonly string[];
  readonly isPersonal?: IsPersonal;
  readonly shownWhere?: ShownWhere<object>;
}

class FieldRules<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    // An interface resolves nothing itself: its fields take the rules of the object that implements it.
    if (field.kind === 'Interface' && this.#kindOfParent(field) === 'Interface') return field;
    const own = field.pothosOptions.rule as Rule | undefined;
    const ofType = this.#ruleOfType(field);
    const rules = [ofType, own].filter((rule) => rule !== undefined);
    if (rules.length === 0) throw new Error(`${field.parentType}.${field.name} has no access rule.`);
    const { columns, isPersonal, shownWhere } = field.pothosOptions;
    const access: FieldAccess = {
      rules,
      columns: columns ?? [field.name],
      ...(isPersonal && { isPersonal }),
      ...(shownWhere && { shownWhere: shownWhere as ShownWhere<object> }),
    };
    return { ...field, extensions: { ...field.extensions, ...access } };
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { rules, shownWhere } = field.extensions as unknown as FieldAccess;
    const what = `${field.parentType}.${field.name}`;
    const isMutation = field.kind === 'Mutation'; // it says the same with a user error
    return (parent, args, context, info) => {
      const { viewer } = context as Types['Context'] & { viewer: Parameters<typeof allows>[1] };
      requireAccess(rules, viewer, parent, what);
      if (viewer && !isMutation) requireModulesOf(rules, viewer);
      if (shownWhere && !(viewer && matches(shownWhere(viewer), parent as object))) return null;
      return resolver(parent, args, context, info);
    };
  }

  #kindOfParent(field: PothosOutputFieldConfig<Types>): string {
    return this.buildCache.getTypeConfig(field.parentType).kind;
  }

  #ruleOfType(field: PothosOutputFieldConfig<Types>): Rule | undefined {
    const type = this.buildCache.getTypeConfig(field.parentType);
    return (type.pothosOptions as { rule?: Rule }).rule;
  }
}

/** The module to which a rule belongs: that of the room that declares the permission for which it asks. */
export function moduleOfRule(rule: Rule<never>): ModuleName | undefined {
  const permission = permissionOf(rule);
  return permission && rooms.moduleOf(permission);
}

function requireAccess(rules: readonly Rule[], viewer: Viewer | null, row: unknown, what: string): void {
  for (const rule of rules) {
    if (!allows(rule, viewer, row)) throw viewer ? forbidden(what) : unauthenticated();
  }
}

/** The modules of rules; known when every room has been imported. */
const modulesOf = onceFor((rules: readonly Rule[]) => rules.flatMap((rule) => moduleOfRule(rule) ?? []));

function requireModulesOf(rules: readonly Rule[], viewer: Viewer): void {
  for (const module of modulesOf(rules)) requireModule(viewer, module);
}

SchemaBuilder.registerPlugin('fieldRules', FieldRules);
