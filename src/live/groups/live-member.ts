import type { Payload } from '../streams/payload.ts';

/** A live subscription, to which its group pushes payloads as changes arrive. */
export interface LiveMember {
  /** The position up to which everything was delivered. While it is a member, the group may be further. */
  at: number;
  /** Takes a payload and sets `at`; false if there is no room for it: the member is dismissed then. */
  push(payload: Payload, seq: number): boolean;
  /** Called when the group can no longer serve the member, which then continues by itself from `at`. */
  dismiss(): void;
}
