import { graphql } from '../gql/gql.ts';

/** Who looks, and what they may do. */
export const VIEWER = graphql(`
  query ConsoleViewer {
    viewer { id name email role permissions tenant { id name } }
  }
`);
