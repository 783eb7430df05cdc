import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { Message, ReadMark } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** The change-log entity of messages. */
export const messageEntity: Entity<Message> = {
  name: 'Message',
  feeds: ({ tenantId }) => [tenantId],
};

/** The change-log entity of read marks: their changes are in the home feed of their user. */
export const readMarkEntity: Entity<ReadMark> = {
  name: 'ReadMark',
  noun: 'read mark',
  feeds: (mark) => [homeFeedOf(mark)],
};

/** The removal of the next messages of a conversation whose subject is deleted. */
export const conversationRemoval: DueKind<Message> = { kind: 'conversationRemoval', entity: messageEntity };

/** The removal of the next read marks of such a conversation. */
export const readMarkRemoval: DueKind<ReadMark> = { kind: 'readMarkRemoval', entity: readMarkEntity };
