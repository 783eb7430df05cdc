// Runs the crowd of one contestant in a process of its own, so that neither another crowd's memory nor the conductor
// of the bench is in its way.

import { serveParent } from '../support/serve-parent.ts';
import { Crowd, type CrowdOptions } from './crowd.ts';
import type { Load } from './load.ts';
import { connectOrders } from './orders.ts';

/** A question of the conductor. A crowd that is opened replaces the one before. */
export type CrowdQuestion =
  | { readonly open: CrowdOptions; readonly ordersPort: number }
  | { readonly take: Load };

let crowd: Crowd | null = null;

serveParent(async (question: CrowdQuestion) => {
  if ('take' in question) return crowd?.take(question.take);
  crowd?.close();
  crowd = await Crowd.open(await connectOrders(question.ordersPort), question.open);
  return null;
});
