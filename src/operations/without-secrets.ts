import { NAME_OF_A_SECRET } from '../core/process/secret-names.ts';

/**
 * Leaves the value out of GraphQL's sentence about a variable of a wrong type, if it may hold a secret: an error is shown,
 * reported and logged in more places than the request was.
 */
export function withoutSecretValue(message: string): string {
  const name = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (name === undefined || !NAME_OF_A_SECRET.test(message)) return message;
  const at = new RegExp(` at "(${name}[\\w.[\\]]*)"; `).exec(message)?.[1] ?? name;
  return `Variable "$${name}" got invalid value at "${at}"; it is not repeated here, because it may hold a secret.`;
}
