import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { RequestError } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { requireModule } from '../../core/rights/modules.ts';
import { allows } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { DocumentFault, WebhookDocument } from '../../core/rights/webhook-checks.ts';
import { assertCost } from '../../graph/limits/cost.ts';
import { limitRules } from '../../graph/limits/limit-rules.ts';
import type { OperationLimits } from '../../graph/limits/operation-limits.ts';
import { parseWithin } from '../../graph/limits/parse-within.ts';
import { assertVariables } from '../../graph/limits/variables.ts';
import { type FieldAccess, moduleOfRule } from '../../graph/schema/field-rules.ts';
import { rootField } from '../../live/execution/root-field.ts';

const DOCUMENT = sentences('INVALID_INPUT', {
  WEBHOOK_DOCUMENT_INVALID: 'The document is not valid: {explanation}',
  NOT_ONE_SUBSCRIPTION: 'The document needs one operation, and that is a subscription.',
  NOT_ONE_FIELD: 'The subscription follows {count} fields: write a webhook for each.',
  FIELD_WITHOUT_POSITIONS: 'The field {name} cannot be resumed: follow one whose events are changes.',
  START_IN_DOCUMENT: 'Leave {name} out of the document: the webhook knows its position.',
  FEED_OF_ANOTHER: 'The subscription follows another feed than that of the tenant of the webhook.',
  DOCUMENT_TOO_COSTLY: 'The document costs too much: {explanation}',
  VARIABLES_UNFIT: 'The variables do not fit: {explanation}',
  DOCUMENT_NOT_PERMITTED: 'Its maker may not read {name}.',
});

/** The name under which a webhook asks for the kind of an event. It is taken out of what is sent. */
export const KIND_OF_EVENT = 'webhookEventType';

/** A document that a viewer may run. */
export interface PreparedDocument {
  readonly execution: ExecutionArgs;
  /** The name under which the event is in the result. */
  readonly key: string;
}

export interface DocumentParts {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
}

/** A document of a webhook was refused. */
export class DocumentRefused extends Error implements DocumentFault {
  override readonly name = 'DocumentRefused';
  readonly fault: Fault<'INVALID_INPUT'>;
  readonly field: DocumentFault['field'];
  readonly isOfRights: boolean;

  constructor(
    fault: Fault<'INVALID_INPUT'>,
    { field = 'document', isOfRights = false }: Partial<Pick<DocumentFault, 'field' | 'isOfRights'>> = {},
  ) {
    super(fault.rule);
    this.fault = fault;
    this.field = field;
    this.isOfRights = isOfRights;
  }
}

/**
 * Prepares the document of a webhook for a viewer, with the checks of every operation and those of webhooks: one field, no
 * start position, the feed of the tenant, and nothing that the viewer may not read. Throws DocumentRefused.
 */
export function prepareDocument(
  { schema, limits }: DocumentParts,
  asked: WebhookDocument,
  viewer: Viewer,
  tenantId: string,
): PreparedDocument {
  const given = parsed(asked.document, limits);
  const errors = validate(schema, given, [...specifiedRules, ...limitRules(limits)], { maxErrors: 1 });
  const [operation, ...others] = given.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation !== 'subscription' || others.length > 0)
    throw new DocumentRefused(DOCUMENT.NOT_ONE_SUBSCRIPTION());
  const count = operation.selectionSet.selections.length;
  const [field] = operation.selectionSet.selections;
  if (count !== 1 || field?.kind !== Kind.FIELD) throw new DocumentRefused(DOCUMENT.NOT_ONE_FIELD({ count }));
  if (errors[0]) throw invalid(errors[0]);
  for (const { name } of field.arguments ?? []) {
    if (name.value === 'after' || name.value === 'snapshot')
      throw new DocumentRefused(DOCUMENT.START_IN_DOCUMENT({ name: name.value }));
  }
  const variableValues = variablesOf(asked.variables);
  const document = withKind(given, operation, field);
  const execution = { schema, document, operationName: operation.name?.value ?? null, variableValues };
  requireCost(execution, limits);
  requireReadable(schema, document, viewer);
  requireFeed(execution, viewer, tenantId);
  return { execution, key: (field.alias ?? field.name).value };
}

/** Refuses what the viewer may not read: it is asked again before each delivery, as rights change. */
export function requireReadable(schema: GraphQLSchema, document: DocumentNode, viewer: Viewer): void {
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        const { rules } = (field?.extensions ?? {}) as Partial<FieldAccess>;
        for (const rule of rules ?? []) {
          if (!allows(rule, viewer) || isWithoutModule(rule, viewer))
            throw notPermitted(`${parent?.name}.${field?.name}`);
        }
      },
    }),
  );
}

function isWithoutModule(rule: FieldAccess['rules'][number], viewer: Viewer): boolean {
  const module = moduleOfRule(rule);
  if (!module) return false;
  try {
    requireModule(viewer, module);
    return false;
  } catch (error) {
    if (error instanceof RequestError) return true;
    throw error;
  }
}

function requireFeed(execution: ExecutionArgs, viewer: Viewer, tenantId: string): void {
  const call = rootField(execution);
  if (call.kind === 'errors') {
    const explanation = call.errors[0]?.message ?? '';
    throw new DocumentRefused(DOCUMENT.VARIABLES_UNFIT({ explanation }), { field: 'variables' });
  }
  if (call.kind !== 'follow' || !call.spec.hasPositions)
    throw new DocumentRefused(DOCUMENT.FIELD_WITHOUT_POSITIONS({ name: call.name }));
  try {
    if (!allows(call.spec.rule, viewer)) throw notPermitted(`Subscription.${call.name}`);
    if (call.spec.feed(viewer, call.args) !== tenantId) throw new DocumentRefused(DOCUMENT.FEED_OF_ANOTHER());
    call.spec.view(viewer, call.args, execution.schema);
    call.spec.window?.(viewer, call.args, execution.schema);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.code === 'BAD_USER_INPUT') throw unfit(error.message);
    throw notPermitted(`Subscription.${call.name}`);
  }
}

function parsed(text: string, limits: OperationLimits): DocumentNode {
  try {
    return parseWithin(limits)(text);
  } catch (error) {
    if (error instanceof GraphQLError) throw invalid(error);
    throw error;
  }
}

function requireCost(execution: ExecutionArgs, limits: OperationLimits): void {
  const { schema, document, operationName, variableValues } = execution;
  try {
    assertVariables(variableValues);
    assertCost(schema, { document, operationName, variables: variableValues }, limits);
  } catch (error) {
    if (error instanceof GraphQLError) throw tooCostly(error.message);
    throw error;
  }
}

/** The same document, which also asks for the kind of each event. */
function withKind(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  field: FieldNode,
): DocumentNode {
  const kind: FieldNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: '__typename' },
    alias: { kind: Kind.NAME, value: KIND_OF_EVENT },
  };
  const selections = [kind, ...(field.selectionSet?.selections ?? [])];
  const asking = { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } as const };
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections: [asking] } };
  const definitions = document.definitions.map((one) => (one === operation ? changed : one));
  // From its text again: what is shared among subscriptions is found by the text.
  return parse(print({ ...document, definitions }));
}

function variablesOf(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

function invalid({ message, extensions }: GraphQLError): DocumentRefused {
  if (extensions.code === 'QUERY_TOO_COMPLEX') return tooCostly(message);
  return new DocumentRefused(DOCUMENT.WEBHOOK_DOCUMENT_INVALID({ explanation: message }));
}

function tooCostly(explanation: string): DocumentRefused {
  return new DocumentRefused(DOCUMENT.DOCUMENT_TOO_COSTLY({ explanation }));
}

function unfit(explanation: string): DocumentRefused {
  return new DocumentRefused(DOCUMENT.VARIABLES_UNFIT({ explanation }), { field: 'variables' });
}

function notPermitted(name: string): DocumentRefused {
  return new DocumentRefused(DOCUMENT.DOCUMENT_NOT_PERMITTED({ name }), { isOfRights: true });
}
