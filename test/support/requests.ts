import type { Answer, Person } from './person.ts';

const PAYLOAD = `{ maintenanceRequestId cursor maintenanceRequest { status version assignee { id } }
  userErrors { code message path } }`;

/** What a person does with requests for maintenance; each answers with the mutation's payload. */
export class Requests {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  create(input: object, idempotencyKey?: string) {
    return this.#run(
      'mutation ($input: MaintenanceRequestCreateInput!, $key: String) { done: maintenanceRequestCreate(input: $input, idempotencyKey: $key)',
      { input, key: idempotencyKey },
    );
  }

  update(id: string, input: object) {
    return this.#run(
      'mutation ($id: ID!, $input: MaintenanceRequestUpdateInput!) { done: maintenanceRequestUpdate(id: $id, input: $input)',
      { id, input },
    );
  }

  assign(id: string, assigneeId: string | null, expectedVersion?: number) {
    return this.#run(
      'mutation ($id: ID!, $assigneeId: ID, $expectedVersion: Int) { done: maintenanceRequestAssign(id: $id, assigneeId: $assigneeId, expectedVersion: $expectedVersion)',
      { id, assigneeId, expectedVersion },
    );
  }

  set(id: string, status: string, resolution?: string) {
    return this.#run(
      'mutation ($id: ID!, $status: MaintenanceStatus!, $resolution: String) { done: maintenanceRequestStatusSet(id: $id, status: $status, resolution: $resolution)',
      { id, status, resolution },
    );
  }

  reopen(id: string, reason?: string) {
    return this.#run(
      'mutation ($id: ID!, $reason: String) { done: maintenanceRequestReopen(id: $id, reason: $reason)',
      { id, reason },
    );
  }

  delete(id: string) {
    return this.#run('mutation ($id: ID!) { done: maintenanceRequestDelete(id: $id)', { id });
  }

  async #run(operation: string, variables: Record<string, unknown>): Promise<Answer['data']> {
    const { data, errors } = await this.#person.run(`${operation} ${PAYLOAD} }`, variables);
    return (
      data?.done ?? { userErrors: errors?.map(({ extensions, message }) => ({ ...extensions, message })) }
    );
  }
}

/** The codes of what was refused; none if it was done. */
export function codesOf({ userErrors }: Answer['data']): string[] {
  return userErrors.map(({ code }: { code: string }) => code);
}
