/** One result of a subscription. */
export interface StreamResult<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly cursor?: string };
}

/** What is followed, by whom, and from where. */
export interface StreamRequest {
  readonly url: string;
  readonly token: string | null;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The last cursor that the client has seen. */
  readonly cursor: string;
}

/** A running subscription. */
export interface Stream {
  /** Done when nothing will come any more, whoever ended it and why. Gives the close code of a socket. */
  readonly ended: Promise<number | null>;
  /** Breaks the connection without a word. */
  cut(): void;
}

/** Follows by one of the transports. */
export type OpenStream = <Data>(
  request: StreamRequest,
  onResult: (result: StreamResult<Data>) => void,
) => Stream;
