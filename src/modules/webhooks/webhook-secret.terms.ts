import { createHmac, randomBytes } from 'node:crypto';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Webhook } from '../../generated/prisma/client.ts';

// The secrets of webhooks, as Standard Webhooks 1.0 has them: `whsec_` and the base64 text of the key.

const PREFIX = 'whsec_';
/** The specification allows 24 to 64. */
const KEY_BYTES = 32;

/** Makes a secret. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** Encrypts a secret for its webhook and number. */
export function sealed(
  cipher: SecretCipher,
  secret: string,
  { id }: Pick<Webhook, 'id'>,
  number: number,
): Uint8Array<ArrayBuffer> {
  return cipher.encrypt(Buffer.from(secret), `${id}/${number}`);
}

/** Decrypts a secret, for signing: it is given to no client and written nowhere. */
export function opened(
  cipher: SecretCipher,
  { sealed: encrypted, webhookId, number }: { sealed: Uint8Array; webhookId: string; number: number },
): string {
  return Buffer.from(cipher.decrypt(encrypted, `${webhookId}/${number}`)).toString();
}

/** The content of `webhook-signature`: a signature for each secret, the newest first. */
export function signaturesOf(
  secrets: readonly string[],
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: Buffer },
): string {
  return secrets
    .map((secret) => Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .map((key) => createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(' ');
}
