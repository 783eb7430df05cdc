import type { Metrics } from '../../core/process/metrics.ts';
import type { Group } from '../groups/group.ts';
import type { WindowStep } from '../groups/window-step.ts';
import { deliverInRoom } from '../streams/deliver-in-room.ts';
import type { Payload, Sink } from '../streams/payload.ts';

export interface StepsParts {
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly metrics: Metrics;
  /** Asks the group of the viewer; null once the client lacks something that the group shows. */
  readonly ask: (work: (group: Group) => Promise<Payload | null>) => Promise<Payload | null>;
  /** Called after each step, with its position. */
  readonly onStep: (seq: number) => void;
}

/**
 * Delivers steps of a window at the client's pace. Returns false if a step could not be delivered whole: the client has
 * left, its rights are others, or something was erased. Then its rows are those from before the step, or in between.
 */
export async function deliverSteps(
  steps: readonly WindowStep[],
  { sink, signal, metrics, ask, onStep }: StepsParts,
): Promise<boolean> {
  for (const step of steps) {
    for (const index of step.items.keys()) {
      const render = () => ask((group) => group.payloadOfStep(step, index));
      if (!(await deliverInRoom(sink, signal, render))) return false;
      metrics.deliveries.taken.inc();
    }
    onStep(step.seq);
  }
  return true;
}
