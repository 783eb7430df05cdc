import type { Transaction } from '../../core/rows/transact.ts';

/**
 * Blanks the requests and answers that the log of deliveries holds, of at most `limit` attempts of the tenants whose feeds an
 * erasure walks, whomever they are about: a body is a text, and to search it for a person would miss some. Returns of how
 * many. The addresses from which the person has made webhooks are blanked, too.
 */
export async function forgetSomeBodies(
  { db }: Transaction,
  { id: erasureId, userId }: { readonly id: string; readonly userId: string | null },
  limit: number,
): Promise<number> {
  if (userId !== null)
    await db.webhookProgress.updateMany({ where: { webhook: { makerId: userId } }, data: { ip: null } });
  return db.$executeRaw`
    UPDATE webhook_attempt
    SET request_headers = NULL, request_body = NULL, answer_headers = NULL, answer_body = NULL
    WHERE id IN (
      SELECT attempt.id FROM webhook_attempt AS attempt
      JOIN webhook_delivery AS delivery ON delivery.id = attempt.delivery_id
      JOIN webhook ON webhook.id = delivery.webhook_id
      JOIN person_erasure_walk AS walk ON walk.feed = webhook.tenant_id
      WHERE walk.erasure_id = ${erasureId}::uuid
        AND coalesce(attempt.request_headers, attempt.request_body, attempt.answer_headers, attempt.answer_body) IS NOT NULL
      LIMIT ${limit}
    )`;
}
