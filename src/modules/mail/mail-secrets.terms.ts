import type { Params } from '../../core/requests/fault.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';

/** Seals secret params for one message. */
export function sealSecrets(
  cipher: SecretCipher,
  messageId: string,
  params: Params,
): Uint8Array<ArrayBuffer> {
  return cipher.encrypt(Buffer.from(JSON.stringify(params)), messageId);
}

/** Opens the secret params of a message; none if it has none. */
export function openSecrets(cipher: SecretCipher, { id, sealedSecrets }: Sealed): Params {
  if (!sealedSecrets) return {};
  return JSON.parse(Buffer.from(cipher.decrypt(sealedSecrets, id)).toString()) as Params;
}

/** A message whose secrets are sealed. */
export interface Sealed {
  readonly id: string;
  readonly sealedSecrets: Uint8Array | null;
}
