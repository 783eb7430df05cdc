import { OutsideAudience } from '../../core/rights/audience.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { ClientConnection } from '../connections/client-connection.ts';
import type { Group } from '../groups/group.ts';
import type { EnteredGroup } from '../groups/group-registry.ts';
import { revoked } from '../streams/admission.ts';

export interface CurrentGroupParts {
  readonly connection: Pick<ClientConnection, 'viewer'>;
  /**
   * Enters the group of a viewer; `isAlone` asks for an audience of the viewer's own. Throws a RequestError once the
   * viewer may no longer subscribe.
   */
  readonly enterGroup: (viewer: Viewer, isAlone: boolean) => EnteredGroup;
  /** Called when the subscription cannot share although no field has declared that. */
  readonly onUnshared: (error: OutsideAudience) => void;
}

/**
 * The group that one subscription is in: another one after its viewer has changed, or once it cannot share any more.
 */
export class CurrentGroup {
  readonly #parts: CurrentGroupParts;
  #viewer: Viewer | null = null;
  #entered: EnteredGroup | null = null;
  #isAlone = false;

  constructor(parts: CurrentGroupParts) {
    this.#parts = parts;
  }

  /** Whether other subscriptions are in the group, too. */
  get isShared(): boolean {
    return this.#entered?.isShared() ?? false;
  }

  /**
   * Runs `work` with the group of the current viewer, in the same turn. Work that turns out to depend on who the viewer
   * is runs again, with a group of this viewer alone. Throws SUBSCRIPTION_REVOKED without a viewer.
   */
  async use<Result>(work: (group: Group) => Result | Promise<Result>): Promise<Result> {
    try {
      return await work(this.#enter());
    } catch (error) {
      this.#goAlone(error);
      return work(this.#enter());
    }
  }

  /** Leaves the group. */
  leave(): void {
    this.#entered?.leave();
    this.#entered = null;
  }

  /** Enters the group unless it is entered already. Making the group's view may throw OutsideAudience. */
  #enter(): Group {
    const { viewer } = this.#parts.connection;
    if (!viewer) throw revoked();
    if (viewer !== this.#viewer || !this.#entered) {
      const entered = this.#parts.enterGroup(viewer, this.#isAlone);
      this.#entered?.leave();
      this.#entered = entered;
      this.#viewer = viewer;
    }
    return this.#entered.group;
  }

  /** Stops sharing, once, because of OutsideAudience; throws every other error. */
  #goAlone(error: unknown): void {
    if (!(error instanceof OutsideAudience) || this.#isAlone) throw error;
    this.#parts.onUnshared(error);
    this.#isAlone = true;
    this.#viewer = null;
  }
}
