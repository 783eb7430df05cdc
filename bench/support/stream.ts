/** One result of a subscription. */
export interface StreamResult<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly cursor?: string };
}

/** The subscription, its user, and its start position. */
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
  /** Resolves when nothing will arrive any more, however it ended. Gives the close code of a socket. */
  readonly ended: Promise<number | null>;
  /** Breaks the connection without a close frame. */
  cut(): void;
}

/** Subscribes by one of the transports. */
export type OpenStream = <Data>(
  request: StreamRequest,
  onResult: (result: StreamResult<Data>) => void,
) => Stream;
