import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { forbidden, unauthenticated } from '../core/errors.ts';
import { allows, type Rule } from '../core/rules.ts';
import type { Viewer } from '../core/viewer.ts';

/**
 * Every field has a rule: its own, its type's, or both, and then both must hold. A root field must have its own.
 * A field without any stops the start. The rules stand in the built schema, as `extensions.rules` of each field,
 * so that whatever else shows a field (a list of changed fields, a filter, an audit diff) asks the same rule.
 */
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      fieldRules: FieldRules<Types>;
    }
    interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      /** Holds for every field of the type. */
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
      /** Holds for this field, beside the rule of its type. */
      rule?: Rule<ParentShape>;
      /** The columns this field shows, if they are not the one of its own name: whoever may read it may read them. */
      columns?: readonly string[];
      /**
       * Whether what the field shows this viewer depends on who the viewer is and not only on what it may do. Such a
       * field is made for each follower alone.
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

/** Tells whether a field shows a viewer something that depends on who the viewer is; `type` is the object it is of. */
export type IsPersonal = (viewer: Viewer, type: GraphQLObjectType, schema: GraphQLSchema) => boolean;

/** What a built field carries for those who must ask its rules. */
export interface FieldAccess {
  readonly rules: readonly Rule[];
  readonly columns: readonly string[];
  readonly isPersonal?: IsPersonal;
}

class FieldRules<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    // An interface answers nothing itself: its fields take the rules of the object that implements it.
    if (field.kind === 'Interface' && this.#kindOfParent(field) === 'Interface') return field;
    const own = field.pothosOptions.rule as Rule | undefined;
    const ofType = this.#ruleOfType(field);
    const rules = [ofType, own].filter((rule) => rule !== undefined);
    if (rules.length === 0) throw new Error(`${field.parentType}.${field.name} has no access rule.`);
    const { columns, isPersonal } = field.pothosOptions;
    const access: FieldAccess = {
      rules,
      columns: columns ?? [field.name],
      ...(isPersonal && { isPersonal }),
    };
    return { ...field, extensions: { ...field.extensions, ...access } };
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { rules } = field.extensions as unknown as FieldAccess;
    const what = `${field.parentType}.${field.name}`;
    return (parent, args, context, info) => {
      const { viewer } = context as Types['Context'] & { viewer: Parameters<typeof allows>[1] };
      for (const rule of rules) {
        if (!allows(rule, viewer, parent)) throw viewer ? forbidden(what) : unauthenticated();
      }
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

SchemaBuilder.registerPlugin('fieldRules', FieldRules);
