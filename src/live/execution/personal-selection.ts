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
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FieldAccess } from '../../graph/schema/field-rules.ts';
import { onceFor } from '../../lib/once-for.ts';

/** Returns whether the selection depends on who the viewer is. */
export type IsPersonal = (viewer: Viewer) => boolean;

// Clients send the same documents again and again, and the pipeline caches parsed documents.
const knownIn = onceFor((_schema: GraphQLSchema) =>
  onceFor((_document: DocumentNode) => new Map<string, IsPersonal>()),
);

/** Returns a test that says for each viewer whether the document's selection is personal. */
export function personalSelection(
  schema: GraphQLSchema,
  document: DocumentNode,
  rootFieldName: string,
): IsPersonal {
  const known = knownIn(schema)(document);
  const test = known.get(rootFieldName) ?? searchSelection(schema, document, rootFieldName);
  known.set(rootFieldName, test);
  return test;
}

/**
 * Searches a document for fields that declare `isPersonal`. A field of an interface declares nothing: the object types
 * that implement it count, and of these only the types of the root field's events if there are any. A personal field
 * that is overlooked throws OutsideAudience when it is executed, and costs a second execution.
 */
function searchSelection(schema: GraphQLSchema, document: DocumentNode, rootFieldName: string): IsPersonal {
  const tests: IsPersonal[] = [];
  const eventTypes = objectsOf(schema, schema.getSubscriptionType()?.getFields()[rootFieldName]?.type);
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const objects = objectsOf(schema, types.getParentType());
        const ofEvents = objects.filter((type) => eventTypes.includes(type));
        for (const type of ofEvents.length > 0 ? ofEvents : objects) {
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
