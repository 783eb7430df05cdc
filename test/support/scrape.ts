/** The metrics of a server at one moment. */
export class Scrape {
  readonly text: string;
  /** The values by name and labels, in the form of the text: `lockstep_resets_total{reason="EXPIRED"}`. */
  readonly #values: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.text = text;
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#values = new Map(
      samples.map((line) => {
        const blank = line.lastIndexOf(' ');
        return [line.slice(0, blank), Number(line.slice(blank + 1))];
      }),
    );
  }

  /** Scrapes a server of this machine. */
  static async of(url: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`);
    if (!response.ok) throw new Error(await response.text());
    return new Scrape(await response.text());
  }

  /** The first scrape that satisfies a condition. */
  static async when(url: string, isReached: (scrape: Scrape) => boolean): Promise<Scrape> {
    for (;;) {
      const scrape = await Scrape.of(url);
      if (isReached(scrape)) return scrape;
    }
  }

  /** One value; throws if there is no such series, which would otherwise pass for zero. */
  value(series: string): number {
    const value = this.#values.get(series);
    if (value === undefined) throw new Error(`${series} was not scraped.`);
    return value;
  }

  /** All values of a metric, by the value of its one label. */
  byLabel(metric: string): Record<string, number> {
    const found = [...this.#values].flatMap(([series, value]) => {
      const label = series.startsWith(`${metric}{`) && /="(.*)"/.exec(series)?.[1];
      return label ? [[label, value] as const] : [];
    });
    return Object.fromEntries(found);
  }
}
