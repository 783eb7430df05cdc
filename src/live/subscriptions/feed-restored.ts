import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';

const FEED = sentences('CURSOR_EXPIRED', {
  FEED_RESTORED: 'The feed was restored: query again and follow from the new feedCursor.',
});

/** The error of a subscription whose position a restore of the feed has made meaningless. */
export function feedRestored(): RequestError {
  return new RequestError(FEED.FEED_RESTORED());
}
