import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import type { Balancer } from './balancer.ts';
import type { Follower } from './follower.ts';
import { until } from './until.ts';

const WITHDRAW = `mutation ($id: ID!) {
  userUpdate(id: $id, input: { permissions: [] }) { user { id } userErrors { message } } }`;
const RETRY_MS = 40;
const PATIENCE_MS = 30_000;

export interface TemporaryReaderParts {
  readonly follower: Follower;
  readonly userId: string;
  /** A user who may withdraw the permission. */
  readonly root: Api;
  readonly balancer: Balancer;
  readonly dice: Dice;
}

/** A CSR who may also read notes, until the permission is withdrawn while its subscription runs. */
export class TemporaryReader {
  readonly parts: TemporaryReaderParts;
  /** Whether the withdrawal has been acknowledged. */
  isOver = false;

  constructor(parts: TemporaryReaderParts) {
    this.parts = parts;
  }

  /** Resolves when notes have arrived: only then does their absence show anything. */
  readsNotes(): Promise<void> {
    return until(() => this.hasReadNotes, PATIENCE_MS);
  }

  get hasReadNotes(): boolean {
    return this.parts.follower.received.some(({ customer }) => Boolean(customer?.internalNotes));
  }

  /** Sends the withdrawal until it is acknowledged, to any node. */
  async withdraw(): Promise<void> {
    const { userId, root, balancer, dice } = this.parts;
    for (;;) {
      const { url } = await balancer.pick(dice);
      const answer = await root.at(url).send<{ userUpdate: object | null }>(WITHDRAW, { id: userId });
      this.isOver = Boolean(answer?.data?.userUpdate);
      if (this.isOver) return;
      await pause(RETRY_MS);
    }
  }
}
