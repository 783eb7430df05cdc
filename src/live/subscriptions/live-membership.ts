import type { ClientConnection } from '../connections/client-connection.ts';
import type { Group } from '../groups/group.ts';
import type { LiveMember } from '../groups/live-member.ts';
import type { Payload, Sink } from '../streams/payload.ts';

export interface LiveMembershipParts {
  readonly connection: Pick<ClientConnection, 'onViewerChange'>;
  readonly sink: Sink;
  readonly signal: AbortSignal;
}

/**
 * A subscription's membership in its group while it is live. It joins the group when it is made. It ends when the group
 * dismisses it, the viewer changes, the signal is aborted, or the sink has no room and does not end slow readers
 * itself.
 */
export class LiveMembership implements LiveMember {
  at: number;
  /** Done when the membership has ended and there is room for what comes next; never fails. */
  readonly ended: Promise<void>;
  readonly #group: Group;
  readonly #parts: LiveMembershipParts;
  readonly #forgetViewer: () => void;
  readonly #onAbort = () => this.dismiss();
  #end: (room: Promise<void> | undefined) => void = () => {};
  /** Set by the sink when it has no room. */
  #room: Promise<void> | undefined;

  constructor(group: Group, at: number, parts: LiveMembershipParts) {
    this.#group = group;
    this.at = at;
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#forgetViewer = parts.connection.onViewerChange(() => this.dismiss());
    parts.signal.addEventListener('abort', this.#onAbort);
    group.join(this);
  }

  /** Delivers a payload of the group, up to `seq`, unless the sink has no room for it: it is caught up with then. */
  push(payload: Payload, seq: number): boolean {
    const { sink } = this.#parts;
    const isTaken = sink.endsSlowReaders || sink.hasRoomFor(payload.bytes.length);
    if (isTaken) this.at = seq;
    this.#room = isTaken ? sink.deliver(payload) : sink.room();
    if (this.#room && !sink.endsSlowReaders) this.dismiss();
    return isTaken;
  }

  /** Ends the membership. From then on `at` says up to where the group has delivered. */
  dismiss(): void {
    const { sink, signal } = this.#parts;
    this.#group.leave(this);
    this.#forgetViewer();
    signal.removeEventListener('abort', this.#onAbort);
    this.#end(sink.endsSlowReaders ? undefined : this.#room);
  }
}
