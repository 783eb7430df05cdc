import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Viewer } from '../core/viewer.ts';
import type { FieldAccess } from '../graph/field-rules.ts';
import { onceFor } from '../lib/once-for.ts';

/** Tells for a viewer whether what is selected depends on who that is. */
export type IsPersonal = (viewer: Viewer) => boolean;

// Clients ask the same again and again, and the pipeline keeps what it has parsed.
const knownIn = onceFor((_schema: GraphQLSchema) =>
  onceFor((_document: DocumentNode) => new Map<string, IsPersonal>()),
);

/** Tells for a document whether what it selects is personal. */
export function personalSelection(
  schema: GraphQLSchema,
  document: DocumentNode,
  followed: string,
): IsPersonal {
  const known = knownIn(schema)(document);
  const test = known.get(followed) ?? lookThrough(schema, document, followed);
  known.set(followed, test);
  return test;
}

/**
 * Looks through a document for fields that say of themselves that they look at who the viewer is. A field of an
 * interface says nothing: what counts are the objects behind it, of those the ones that the followed field tells of.
 * Whatever is overlooked is noticed when it is executed, and costs a second execution.
 */
function lookThrough(schema: GraphQLSchema, document: DocumentNode, followed: string): IsPersonal {
  const tests: IsPersonal[] = [];
  const told = objectsOf(schema, schema.getSubscriptionType()?.getFields()[followed]?.type);
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const behind = objectsOf(schema, types.getParentType());
        const ofEvents = behind.filter((type) => told.includes(type));
        for (const type of ofEvents.length > 0 ? ofEvents : behind) {
          const { isPersonal } = (type.getFields()[name.value]?.extensions ?? {}) as Partial<FieldAccess>;
          if (isPersonal) tests.push((viewer) => isPersonal(viewer, type, schema));
        }
      },
    }),
  );
  return (viewer) => tests.some((test) => test(viewer));
}

function objectsOf(
  schema: GraphQLSchema,
  type: Parameters<typeof getNamedType>[0],
): readonly GraphQLObjectType[] {
  const named = getNamedType(type);
  if (isAbstractType(named)) return schema.getPossibleTypes(named);
  return isObjectType(named) ? [named] : [];
}
