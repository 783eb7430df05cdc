import type { Params } from '../../core/requests/fault.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Notification } from '../../generated/prisma/client.ts';

type Said = Pick<Notification, 'messageKey' | 'params' | 'count'>;

/** The English text of a notification, with the number of times if it is more than one. */
export function noticeText({ messageKey, params, count }: Said): string {
  const sentence = rooms.notices.get(messageKey)?.text ?? messageKey;
  const given = params as Params;
  const text = sentence.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(given[name] ?? ''));
  return count > 1 ? `${text} (${count}×)` : text;
}
