/** The monotonic clock, which is one for all processes of the machine, in microseconds. */
export function microseconds(): number {
  return Number(process.hrtime.bigint()) / 1_000;
}
