import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../support/dice.ts';
import type { ServerProcess } from '../support/server-process.ts';
import type { ExpiringConsents } from './expiring-consents.ts';
import type { FaultCounts } from './fault-counts.ts';
import type { Follower } from './follower.ts';
import type { Options } from './options.ts';
import { until } from './until.ts';

/** The time for clients to come to a node that was down: they come back within a second or two. */
const PATIENCE_MS = 30_000;
const MAX_STARTS = 5;

export interface NodeFaultParts {
  readonly nodes: readonly ServerProcess[];
  readonly followers: readonly Follower[];
  /** Null where no consent ends. */
  readonly consents: ExpiringConsents | null;
  readonly options: Options;
  readonly dice: Dice;
  readonly counts: FaultCounts;
}

/** Kills single nodes and restarts all of them, in random order; while one is down the others continue. */
export async function breakNodes(parts: NodeFaultParts): Promise<void> {
  const { dice, options } = parts;
  const { seconds, kills, rollingRestarts } = options;
  const total = kills + rollingRestarts;
  const faults = dice.shuffled(Array.from({ length: total }, (_, index) => index < kills));
  for (const isKill of faults) {
    // A node is ended after a life of random length, in the middle of its work.
    await pause(((seconds * 1_000) / total) * (0.5 + dice.fraction()));
    if (isKill) await killNext(parts);
    else await restartInTurn(parts);
  }
}

async function killNext(parts: NodeFaultParts): Promise<void> {
  const { nodes, counts } = parts;
  const next = counts.kills % nodes.length;
  const others = nodes.filter((_, index) => index !== next);
  const before = deliveries(others, parts);
  await replace(nodes[next], 'SIGKILL', parts);
  counts.deliveredMeanwhile += deliveries(others, parts) - before;
  counts.killsOf[next] = (counts.killsOf[next] ?? 0) + 1;
  counts.kills += 1;
}

function deliveries(nodes: readonly ServerProcess[], { followers }: NodeFaultParts): number {
  const counts = followers.flatMap(({ receivedFrom }) => nodes.map((node) => receivedFrom.get(node) ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Restarts the nodes as a new version is rolled out: the next node stops only when the previous one is back. */
async function restartInTurn(parts: NodeFaultParts): Promise<void> {
  for (const node of parts.nodes) await replace(node, 'SIGTERM', parts);
  parts.counts.rollingRestarts += 1;
}

async function replace(
  node: ServerProcess | undefined,
  signal: 'SIGKILL' | 'SIGTERM',
  parts: NodeFaultParts,
): Promise<void> {
  const { nodes, followers, counts } = parts;
  if (!node) return;
  // Ending a node without clients would show nothing.
  const fewest = followers.length / nodes.length / 2;
  await until(() => followers.filter((follower) => follower.node === node).length >= fewest, PATIENCE_MS);
  const isKill = signal === 'SIGKILL';
  const wasAtWork = isKill && (await killAtWork(node, parts));
  const endedAt = Date.now();
  await node.end(signal);
  const abandoned = isKill ? parts.consents?.abandoned() : undefined;
  await startAgain(node, counts);
  counts.abandoned += (await abandoned) ?? 0;
  if (wasAtWork || (await abandoned)) counts.killsAtWork += 1;
  counts.downMs += Date.now() - endedAt;
}

/**
 * Waits until all nodes have due work. Kills the first node in the middle of its work, and returns true; further ones
 * are killed by the caller, at a moment of chance.
 */
async function killAtWork(
  node: ServerProcess,
  { nodes, consents, counts }: NodeFaultParts,
): Promise<boolean> {
  if (consents && counts.killsAtWork === 0)
    return consents.killAtWork(nodes.length, () => node.end('SIGKILL'));
  await consents?.untilAllWork();
  return false;
}

/** Starts a node as operators do: a start that finds PostgreSQL unavailable ends with a message, and is repeated. */
async function startAgain(node: ServerProcess, counts: FaultCounts): Promise<void> {
  for (let start = 1; ; start += 1) {
    try {
      return await node.start();
    } catch (error) {
      if (start === MAX_STARTS) throw error;
      counts.failedStarts += 1;
    }
  }
}
