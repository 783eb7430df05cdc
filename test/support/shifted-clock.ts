/** Runs work while the clock of this process, and so of its servers, is wrong by a time in milliseconds. */
export async function withShiftedClock<Value>(shiftMs: number, work: () => Promise<Value>): Promise<Value> {
  const RealDate = Date;
  class ShiftedDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(RealDate.now() + shiftMs);
      else super(...args);
    }

    static override now(): number {
      return RealDate.now() + shiftMs;
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
  try {
    return await work();
  } finally {
    globalThis.Date = RealDate;
  }
}
