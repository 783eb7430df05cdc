import type { Language } from './questions.ts';

/** A server that answers queries over HTTP, and runs already. */
export interface Contestant {
  readonly name: string;
  readonly language: Language;
  readonly port: number;
  readonly pid: number;
  /** The access tokens of its clients, one for each connection; none where it checks no rights. */
  readonly tokens: readonly string[];
  stop(): Promise<void>;
}
