import { createHash } from 'node:crypto';
import { type Audience, audienceOf } from '../../core/rights/audience.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FollowArgs, View } from '../../graph/events/follow.ts';
import { operationKey } from '../execution/operation-key.ts';
import { type IsPersonal, personalSelection } from '../execution/personal-selection.ts';
import type { FeedField } from '../execution/root-field.ts';
import { requireContinuing } from '../streams/admission.ts';
import { modulesMark } from '../streams/modules-mark.ts';
import type { SubscriptionRequest } from '../streams/open-stream.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import type { GroupParts } from './group.ts';
import type { EnteredGroup } from './group-registry.ts';
import type { GroupRows } from './group-rows.ts';
import type { NodeGroups } from './node-groups.ts';

/** Leads one subscription to the group of its viewer, again whenever the viewer changes. */
export class GroupEntrance {
  readonly #groups: NodeGroups;
  readonly #request: SubscriptionRequest;
  readonly #field: FeedField;
  readonly #tail: FeedTail;
  readonly #operationKey: string;
  readonly #isPersonalSelection: IsPersonal;

  constructor(groups: NodeGroups, request: SubscriptionRequest, field: FeedField, tail: FeedTail) {
    const { document, operationName, schema } = request.execution;
    this.#groups = groups;
    this.#request = request;
    this.#field = field;
    this.#tail = tail;
    this.#operationKey = operationKey(document, operationName ?? null, field);
    this.#isPersonalSelection = personalSelection(schema, document, field.name);
  }

  /**
   * Enters the group of a viewer. `isAlone` asks for an audience of the viewer's own. Throws the error that
   * ends the stream if the viewer may no longer subscribe. Making the view may throw OutsideAudience.
   */
  enter(viewer: Viewer, isAlone: boolean): EnteredGroup {
    const { spec, args } = this.#field;
    requireContinuing(viewer, spec, args, this.#tail.feed);
    const audience = audienceOf(viewer, isAlone || this.#isPersonal(viewer));
    return this.#groups
      .registryOf(this.#tail)
      .enter(this.#keyFor(audience), () => this.#groupPartsFor(audience));
  }

  #isPersonal(viewer: Viewer): boolean {
    const { spec, args } = this.#field;
    if (!this.#groups.parts.isSharing) return true;
    return spec.isPersonal(viewer, args) || this.#isPersonalSelection(viewer);
  }

  #keyFor(audience: Audience): string {
    const connectionKey = this.#groups.parts.isSharing ? '' : this.#request.connection.id;
    return [this.#operationKey, audience.key, connectionKey].join('\n');
  }

  #groupPartsFor(audience: Audience): GroupParts {
    const { executor, contextFor, present, metrics, positionIntervalMs } = this.#groups.parts;
    const { execution } = this.#request;
    const { spec, args } = this.#field;
    const view = spec.view(audience.viewer, args, execution.schema);
    return {
      tail: this.#tail,
      audience,
      view,
      execution,
      executor,
      contextFor,
      present,
      cursors: this.#groups.cursorsOf(this.#tail),
      modules: spec.shows || !spec.hasPositions ? undefined : modulesMark(audience.viewer, this.#tail.feed),
      positionIntervalMs: spec.hasPositions ? positionIntervalMs : null,
      cache: this.#groups.newCache(),
      ...(this.#field.wantsSnapshot && this.#rowsFor(audience, view)),
      metrics,
    };
  }

  /** The rows with which the streams of a group begin: those of a window, or all. */
  #rowsFor(audience: Audience, view: View): GroupRows | undefined {
    const { spec, args } = this.#field;
    const asked = [audience.viewer, args, this.#request.execution.schema] as const;
    const windowRows = spec.window?.(...asked);
    if (windowRows) {
      const window = this.#groups.newWindow(this.#tail, windowRows, view);
      const rowsOf = fingerprintOfWindow(audience, args);
      return { window, rowsOf, readSnapshot: () => window.snapshot() };
    }
    const rows = spec.snapshot;
    return (
      rows && {
        rowsOf: audience.fingerprint,
        readSnapshot: async () => this.#groups.snapshots.read(this.#tail, rows(...asked)),
      }
    );
  }
}

/** A cursor of a window says of which window: with other arguments the client has other rows. */
function fingerprintOfWindow({ fingerprint }: Audience, { after: _, ...args }: FollowArgs): string {
  return createHash('sha256')
    .update(fingerprint)
    .update(JSON.stringify(args))
    .digest('hex')
    .slice(0, fingerprint.length);
}
