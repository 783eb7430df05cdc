import { type GraphQLSchema, parse } from 'graphql';
import type { Context } from '../../src/core/context.ts';
import { audienceOf } from '../../src/core/rights/audience.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { View } from '../../src/graph/events/follow.ts';
import { Executor } from '../../src/live/execution/executor.ts';
import { Group, type GroupParts } from '../../src/live/groups/group.ts';
import type { LiveMember } from '../../src/live/groups/live-member.ts';
import { PayloadCache } from '../../src/live/groups/payload-cache.ts';
import type { Payload } from '../../src/live/streams/payload.ts';
import type { MemoryFeed } from './memory-feed.ts';
import { makeExecutableThings } from './thing-schema.ts';

/** A viewer with few rights. A test names the parts that differ. */
export function aViewer(parts: Partial<Viewer> = {}): Viewer {
  return {
    userId: 'user-1',
    name: 'Ada',
    role: 'CSR',
    permissions: new Set(),
    ownPermissions: new Set(),
    templates: {},
    rightsVersion: 1,
    tenantId: null,
    organizationId: null,
    customerId: null,
    reach: [],
    sharing: [],
    modulesOff: {},
    homeFeed: 'home',
    apiToken: null,
    ...parts,
  };
}

/** A group over the schema of things. Each change of a thing is visible to every viewer. */
export function aGroup(
  feed: MemoryFeed,
  parts: Partial<GroupParts> & { text?: string; schema?: GraphQLSchema } = {},
): Group {
  const view: View = (change) => ({ __typename: 'Thing', shownAs: 'Thing', change, row: change.image });
  const { text = 'subscription { thing { version } }', schema = makeExecutableThings(), ...others } = parts;
  return new Group({
    tail: feed.tail,
    audience: audienceOf(aViewer(), false),
    view,
    execution: { schema, document: parse(text) },
    contextFor: ({ viewer }) => ({ viewer }) as Context,
    present: (result) => result,
    cursors: { at: (seq) => `cursor-${seq}` },
    positionIntervalMs: null,
    executor: new Executor(2),
    cache: new PayloadCache().ofGroup(),
    metrics: feed.metrics,
    ...others,
  });
}

/** A member that keeps its payloads. */
export class TestMember implements LiveMember {
  at: number;
  readonly versions: number[] = [];
  isDismissed = false;
  onPush: (version: number) => void = () => {};

  constructor(at: number) {
    this.at = at;
  }

  push(payload: Payload, seq: number): boolean {
    this.at = seq;
    const version = versionIn(payload);
    this.versions.push(version);
    this.onPush(version);
    return true;
  }

  dismiss(): void {
    this.isDismissed = true;
  }
}

/** The version of the thing that a payload shows. */
export function versionIn({ bytes }: Payload): number {
  return JSON.parse(bytes.toString()).data.thing.version;
}
