const PATIENCE_MS = 60_000;

export interface ApiError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly rule?: string };
}

/** The answer to an operation. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly ApiError[];
}

/** Speaks the public API over HTTP, for one user or without a user. */
export class Api {
  readonly url: string;
  readonly token: string | null;

  constructor(url: string, token: string | null = null) {
    this.url = url;
    this.token = token;
  }

  /** The same user at another node. */
  at(url: string): Api {
    return new Api(url, this.token);
  }

  /** The headers that name the user. */
  get authorization(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  /** Runs an operation; null if no answer came within `patienceMs`, so that its outcome is unknown. */
  async send<Data>(
    query: string,
    variables: object = {},
    patienceMs = PATIENCE_MS,
  ): Promise<Answer<Data> | null> {
    try {
      const response = await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.authorization },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(patienceMs),
      });
      return (await response.json()) as Answer<Data>;
    } catch {
      return null; // refused or reset because the server was killed, or too late
    }
  }

  /** Runs an operation that must succeed. */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const answer = await this.send<Data>(query, variables);
    if (!answer?.data || answer.errors) throw new Error(`${query}\nanswered ${JSON.stringify(answer)}`);
    for (const field of Object.values(answer.data) as { userErrors?: unknown[] }[]) {
      if (field?.userErrors?.length)
        throw new Error(`${query}\nwas refused: ${JSON.stringify(field.userErrors)}`);
    }
    return answer.data;
  }
}
