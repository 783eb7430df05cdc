import { compilePrograms } from './compiled-programs.ts';
import { provideServers } from './test-servers.ts';

interface Run {
  readonly testPathPatterns: { isSet(): boolean };
}

/** A run of some files compiles nothing: it would take longer than it saves. */
// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default async function setUp({ testPathPatterns }: Run): Promise<void> {
  await Promise.all([provideServers(), testPathPatterns.isSet() || compilePrograms()]);
}
