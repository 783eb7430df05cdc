import { sentences } from '../../core/requests/fault.ts';
import type { WebhookChecks } from '../../core/rights/webhook-checks.ts';
import type { GuardedClient } from '../../outbound/guarded-client.ts';
import { type DocumentParts, DocumentRefused, prepareDocument } from './webhook-document.ts';

const URL_FAULT = sentences('INVALID_INPUT', {
  WEBHOOK_NEEDS_HTTPS: 'The URL must begin with https://.',
  ADDRESS_NOT_PUBLIC: 'The host of the URL leads to an address that is not public.',
});

/** Makes the checks of webhooks: the same client and the same preparation as at each delivery. */
export function webhookChecks(client: GuardedClient, parts: DocumentParts): WebhookChecks {
  return {
    async urlFault(url) {
      const isPlain = new URL(url).protocol === 'http:';
      if (isPlain && !client.reachesLoopback) return URL_FAULT.WEBHOOK_NEEDS_HTTPS();
      return (await client.allows(url)) ? null : URL_FAULT.ADDRESS_NOT_PUBLIC();
    },
    documentFault(asked, viewer, tenantId) {
      try {
        prepareDocument(parts, asked, viewer, tenantId);
        return null;
      } catch (error) {
        if (error instanceof DocumentRefused) return error;
        throw error;
      }
    },
  };
}
