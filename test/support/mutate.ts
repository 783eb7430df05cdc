import { schema } from '../../src/schema.ts';
import type { Person, Variables } from './person.ts';

const MUTATIONS = schema.getMutationType()?.getFields() ?? {};

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** Runs a mutation by its name, and gives the selected part of the payload; throws if it was refused. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they selected
export async function mutate(who: Person, name: string, args: Variables, selection = 'cursor'): Promise<any> {
  const data = await who.ask(document(name, args, `${selection} userErrors { code message path }`), args);
  return data[name];
}

/** Runs a mutation that must be refused, and gives every refusal; none if it was done. */
export async function refusals(who: Person, name: string, args: Variables): Promise<readonly Refusal[]> {
  const { data, errors } = await who.run(document(name, args, 'userErrors { code message path }'), args);
  if (!errors) return data[name].userErrors;
  return errors.map(({ message, extensions }) => ({ code: extensions.code, message, path: [] }));
}

/** Runs a mutation and gives the codes of its refusals; none if it was done. */
export async function codes(who: Person, name: string, args: Variables): Promise<string[]> {
  return (await refusals(who, name, args)).map(({ code }) => code);
}

function document(name: string, args: Variables, selection: string): string {
  const types = new Map(MUTATIONS[name]?.args.map((arg) => [arg.name, String(arg.type)]));
  const declared = Object.keys(args).map((arg) => `$${arg}: ${types.get(arg)}`);
  const passed = Object.keys(args).map((arg) => `${arg}: $${arg}`);
  const given = (list: readonly string[]) => (list.length > 0 ? `(${list.join(', ')})` : '');
  return `mutation ${given(declared)} { ${name}${given(passed)} { ${selection} } }`;
}
