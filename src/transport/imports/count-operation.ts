import type { Signed } from '../exports/sign-in.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';

/** The answer of an operation that was refused. */
export interface LimitedAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Counts a request as an operation of its client, by asking for nothing through the pipeline: so the rates and turns of
 * the API hold for it, on all nodes together. Gives the answer that refused it; null if it was not refused.
 */
export async function countOperation(
  pipeline: OperationPipeline,
  { authorization, ip }: Signed,
  requestId: string,
): Promise<LimitedAnswer | null> {
  const answer = await pipeline.fetch(
    'http://lockstep.internal/graphql',
    {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': requestId,
      },
      body: JSON.stringify({ query: 'query Import { __typename }' }),
    },
    { ip, isOwnDocument: true },
  );
  const body = await answer.text();
  const { errors } = JSON.parse(body) as {
    readonly errors?: readonly { readonly extensions?: { readonly retryAfter?: number } }[];
  };
  if (!errors) return null;
  const retryAfter = errors[0]?.extensions?.retryAfter;
  return {
    status: answer.status === 200 ? 400 : answer.status,
    headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    body,
  };
}
