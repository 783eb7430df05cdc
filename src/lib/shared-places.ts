import { Lanes } from './lanes.ts';

/** A request for a place that waits. */
interface Waiting {
  readonly share: number;
  readonly enter: () => void;
}

/** Takes a place, for at most `waitMs` in line. */
export interface PlaceRequest {
  readonly lane: string;
  /** The number of places that the lane may hold. */
  readonly share: number;
  /** The number of requests of the lane that may wait. */
  readonly maxWaiting: number;
  readonly waitMs: number;
}

/**
 * A number of places that lanes share: each lane holds at most its share, and the lanes that wait take turns. So however
 * many requests wait in one lane, a request of another lane waits for at most one of each.
 */
export class SharedPlaces {
  #free: number;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Lanes<Waiting>();

  constructor(places: number) {
    this.#free = places;
  }

  /** The number of requests that wait. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /**
   * Takes a place, and returns the function that gives it back; null if too many requests of the lane wait, or if no
   * place became free in time.
   */
  async take(request: PlaceRequest): Promise<(() => void) | null> {
    if (!this.mustWait(request)) this.#hold(request.lane);
    else if (!(await this.#wait(request))) return null;
    return () => this.#giveBack(request.lane);
  }

  /** Whether a request would have to wait. */
  mustWait({ lane, share }: Pick<PlaceRequest, 'lane' | 'share'>): boolean {
    return this.#free <= 0 || this.#heldBy(lane) >= share;
  }

  /** Waits until the place is held; false if it will not be. */
  #wait({ lane, share, maxWaiting, waitMs }: PlaceRequest): Promise<boolean> {
    if (this.#waiting.countOf(lane) >= maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.remove(lane, waiting);
        resolve(false);
      }, waitMs);
      const enter = () => {
        clearTimeout(late);
        this.#hold(lane);
        resolve(true);
      };
      const waiting = { share, enter };
      this.#waiting.add(lane, waiting);
    });
  }

  #heldBy(lane: string): number {
    return this.#held.get(lane) ?? 0;
  }

  #hold(lane: string): void {
    this.#free -= 1;
    this.#held.set(lane, this.#heldBy(lane) + 1);
  }

  #giveBack(lane: string): void {
    this.#free += 1;
    const held = this.#heldBy(lane) - 1;
    if (held > 0) this.#held.set(lane, held);
    else this.#held.delete(lane);
    this.#admit();
  }

  /** Gives the free places to the lanes that wait and hold less than their share, in turn. */
  #admit(): void {
    const mayEnter = (lane: string, { share }: Waiting) => this.#heldBy(lane) < share;
    while (this.#free > 0) {
      const next = this.#waiting.take(mayEnter);
      if (!next) return;
      next.enter();
    }
  }
}
