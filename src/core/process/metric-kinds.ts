import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * A counter. Counting is one addition and nothing else, so that it may be done for every payload. The library, which
 * would hash the labels each time, reads the sum during a scrape.
 */
export interface Count {
  inc(by?: number): void;
}

/** A gauge. Its owner provides `read`, which every scrape calls. */
export interface Level {
  read: () => number;
}

/** A histogram. */
export interface Distribution {
  observe(value: number): void;
}

/**
 * Makes the functions that declare metrics on a registry. Each label has a closed list of values, and every series
 * exists from the start. So the number of series is known, and the first occurrence of a rare event is an increase that
 * an alert can detect.
 */
export function metricKinds(registry: Registry) {
  const registers = [registry];
  return {
    counter(name: string, help: string): Count {
      const count = new Sum();
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(count.total);
        },
      });
      return count;
    },

    counters<const Value extends string>(
      name: string,
      help: string,
      label: string,
      values: readonly Value[],
    ): Readonly<Record<Value, Count>> {
      const counts = recordOf(values, () => new Sum());
      new Counter({
        name,
        help,
        registers,
        labelNames: [label],
        collect() {
          this.reset();
          for (const value of values) this.inc({ [label]: value }, counts[value].total);
        },
      });
      return counts;
    },

    gauge(name: string, help: string): Level {
      const level = { read: () => 0 };
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(level.read());
        },
      });
      return level;
    },

    gauges<const Value extends string>(
      name: string,
      help: string,
      label: string,
      values: readonly Value[],
    ): Readonly<Record<Value, Level>> {
      const levels = recordOf(values, () => ({ read: () => 0 }));
      new Gauge({
        name,
        help,
        registers,
        labelNames: [label],
        collect() {
          for (const value of values) this.set({ [label]: value }, levels[value].read());
        },
      });
      return levels;
    },

    histogram(name: string, help: string, buckets: readonly number[]): Distribution {
      return new Histogram({ name, help, registers, buckets: [...buckets] });
    },

    histograms<const Labels extends Readonly<Record<string, readonly string[]>>>(
      name: string,
      help: string,
      buckets: readonly number[],
      labels: Labels,
    ): { observe(of: { [Label in keyof Labels]: Labels[Label][number] }, value: number): void } {
      const labelNames = Object.keys(labels);
      const distribution = new Histogram({ name, help, registers, buckets: [...buckets], labelNames });
      for (const one of combinations(labels)) distribution.zero(one);
      return distribution;
    },
  };
}

function combinations(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (made, [label, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

class Sum implements Count {
  total = 0;

  inc(by = 1): void {
    this.total += by;
  }
}

function recordOf<Value extends string, Made>(
  values: readonly Value[],
  make: (value: Value) => Made,
): Record<Value, Made> {
  // Object.fromEntries loses the names of the entries.
  return Object.fromEntries(values.map((value) => [value, make(value)])) as Record<Value, Made>;
}
