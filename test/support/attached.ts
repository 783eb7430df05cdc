import { mutate } from './mutate.ts';
import type { Person } from './person.ts';

/** The answer to a file: its status, and its body or the rule of the refusal. */
export interface FileAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a file, or the errors
  readonly body: any;
  readonly rule: string | undefined;
}

/** Announces a file, which must be allowed, and gives the id of the attachment. */
export async function announce(by: Person, input: object): Promise<string> {
  return (await mutate(by, 'attachmentCreate', { input }, 'attachmentId')).attachmentId;
}

/** Sends the bytes of a file, at the node of the client. */
export async function put(
  by: Pick<Person, 'url' | 'token'>,
  id: string,
  body: BodyInit,
  more: Record<string, string> = {},
): Promise<FileAnswer> {
  const headers = { ...(by.token && { authorization: `Bearer ${by.token}` }), ...more };
  const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
  const answer = await fetch(`${by.url}/attachments?id=${id}`, init);
  const parsed = JSON.parse(await answer.text());
  return { status: answer.status, body: parsed, rule: parsed.errors?.[0].extensions.rule };
}

/** Announces a file and sends its bytes, which must be accepted. */
export async function attach(
  by: Person,
  owner: object,
  name: string,
  bytes: Buffer | string,
): Promise<string> {
  const sizeBytes = Buffer.byteLength(bytes);
  const id = await announce(by, { ...owner, name, sizeBytes });
  const { status, body } = await put(by, id, bytes as BodyInit);
  if (status !== 201) throw new Error(`The file was refused: ${JSON.stringify(body)}`);
  return id;
}

/** Makes a link to the file of an attachment, and gives its path. */
export async function linkTo(by: Person, id: string): Promise<string> {
  return (await mutate(by, 'attachmentLinkCreate', { id }, 'path')).path;
}

/** The smallest picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
