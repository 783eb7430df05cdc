/** The API that a question is written for. */
export type Language = 'lockstep' | 'postgraphile';

/** An operation that both servers answer with the same rows and fields. */
export interface Question {
  readonly name: string;
  /** The row of the goals table; null without a goal. */
  readonly row: number | null;
  /** The wanted requests/s, divided by those of the peer. */
  readonly goal: number;
  /** The number of rows in each answer. */
  readonly rows: number;
  readonly documents: Readonly<Record<Language, string>>;
  /** The variables of one request. */
  variables(customerId: string, request: number): Readonly<Record<Language, object>>;
}

const FIELDS = 'company contactName email phone status kind version createdAt updatedAt';

/** The same variables in both languages. */
const alike = (variables: object) => ({ lockstep: variables, postgraphile: variables });

/** Nested lists of so many properties and units. */
function nested(properties: number, units: number): Question['documents'] {
  return {
    lockstep: `{ customers(first: 25) { nodes { id company properties(first: ${properties}) { nodes { id name address
      units(first: ${units}) { nodes { id label version } } } } } } }`,
    postgraphile: `{ allCustomers(first: 25, orderBy: [COMPANY_FOLD_ASC]) { nodes { id: rowId company
      properties: propertiesByCustomerId(first: ${properties}, orderBy: [NAME_FOLD_ASC]) { nodes { id: rowId name address
      units: unitsByPropertyId(first: ${units}, orderBy: [LABEL_FOLD_ASC]) { nodes { id: rowId label version } } } } } } }`,
  };
}

/** The questions of rows 12 and 18, and a mutation beside them. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'a customer and its plan',
    ...{ row: 12, goal: 0.8, rows: 2 },
    documents: {
      lockstep: `query ($id: ID!) { customer(id: $id) { id ${FIELDS} plan { id name maxProperties } } }`,
      postgraphile: `query ($id: UUID!) { customerByRowId(rowId: $id) { id: rowId ${FIELDS}
        plan: planByPlanId { id: rowId name currency } } }`,
    },
    variables: (id) => alike({ id }),
  },
  {
    name: '25 customers and their plans',
    ...{ row: 12, goal: 1, rows: 50 },
    documents: {
      lockstep: `{ customers(first: 25) { nodes { id ${FIELDS} plan { id name maxProperties } } } }`,
      postgraphile: `{ allCustomers(first: 25, orderBy: [COMPANY_FOLD_ASC]) { nodes { id: rowId ${FIELDS}
        plan: planByPlanId { id: rowId name currency } } } }`,
    },
    variables: () => alike({}),
  },
  {
    name: '25 customers × 5 properties × 3 units',
    ...{ row: 12, goal: 1, rows: 25 + 125 + 375 },
    documents: nested(5, 3),
    variables: () => alike({}),
  },
  {
    name: '25 customers × 10 properties × 10 units',
    ...{ row: 18, goal: 1, rows: 25 + 250 + 2_500 },
    documents: nested(10, 10),
    variables: () => alike({}),
  },
  {
    name: 'an update of a customer',
    ...{ row: null, goal: 0, rows: 1 },
    documents: {
      lockstep: `mutation ($id: ID!, $contactName: String!) {
        customerUpdate(id: $id, input: { contactName: $contactName }) { customer { id contactName } } }`,
      postgraphile: `mutation ($id: UUID!, $contactName: String!) {
        updateCustomerByRowId(input: { rowId: $id, customerPatch: { contactName: $contactName } }) {
          customer { id: rowId contactName } } }`,
    },
    variables: (id, request) => alike({ id, contactName: `Ada ${request}` }),
  },
];
