import type { PersonalTables } from '../../core/rows/personal-columns.ts';

/**
 * The tables of no room. Entries of the change log are not rows about a person: each is erased by the columns of its
 * entity and by its actor (`person-log.ts`).
 */
export const logTables: PersonalTables = {
  Change: {
    erase: ['image', 'before', 'actorName', 'ip'],
    keep: {
      reason: 'The chain of hashes covers them; they name a person by its id alone.',
      columns: ['entityId', 'rights', 'actorId', 'requestId', 'contentHash', 'hash'],
    },
    none: [
      'id',
      'feed',
      'seq',
      'eventId',
      'kind',
      'entity',
      'entityVersion',
      'concerns',
      'projectionOf',
      'actorKind',
      'actorOfPlatform',
      'occurredAt',
      'erasedHash',
    ],
  },
  FeedHead: { none: ['feed', 'epoch', 'lastSeq', 'lastHash', 'prunedSeq', 'prunedHash'] },
  Projection: { none: ['feed', 'seq'] },
  ProjectionMember: { none: ['feed', 'member', 'fromSeq', 'untilSeq'] },
  IdempotencyKey: {
    about: { user: ['userId'] },
    remove: ['userId', 'key', 'requestHash', 'eventId', 'extras', 'createdAt'],
  },
  DueWork: {
    none: ['id', 'kind', 'subjectId', 'feed', 'dueAt', 'tryAt', 'tries', 'lastError', 'parkedAt'],
  },
};
