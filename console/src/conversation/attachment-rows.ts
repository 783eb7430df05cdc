import { graphql } from '../gql/gql.ts';
import type { AttachmentRowFragment } from '../gql/graphql.ts';

/** A file of a conversation: of one of its messages, or of the request itself. */
export const ATTACHMENT_ROW = graphql(`
  fragment AttachmentRow on Attachment {
    id
    version
    name
    sizeBytes
    status
    isInternal
    messageId
    createdAt
    uploader { id name }
  }
`);

export type AttachmentRow = AttachmentRowFragment;
