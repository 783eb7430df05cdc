import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretCipher } from '../../../core/rights/authentication.ts';

const ALGORITHM = 'aes-256-gcm';
/** The size GCM is made for (NIST SP 800-38D, section 8.2); random ones do for 2^32 secrets under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals secrets with AES-256-GCM, as nonce, tag and cipher text in a row. The owner is authenticated with them, so
 * that an encrypted secret that is copied into another user's row decrypts to nothing there.
 */
export class AesSecretCipher implements SecretCipher {
  readonly #key: Uint8Array;

  /** `key` is used for nothing else; without it, what was encrypted is lost. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  encrypt(secret: Uint8Array, ownerId: string): Uint8Array<ArrayBuffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(ownerId));
    const text = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  decrypt(encrypted: Uint8Array, ownerId: string): Uint8Array {
    const textAt = NONCE_BYTES + TAG_BYTES;
    const nonce = encrypted.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(ownerId));
    decipher.setAuthTag(encrypted.subarray(NONCE_BYTES, textAt));
    return Buffer.concat([decipher.update(encrypted.subarray(textAt)), decipher.final()]);
  }
}
