import { graphql } from '../gql/gql.ts';
import type { OwnProfileFragment } from '../gql/graphql.ts';

/** What the viewer says of itself. */
export const OWN_PROFILE = graphql(`
  fragment OwnProfile on User { id version name language timeZone }
`);

export type OwnProfile = OwnProfileFragment;
