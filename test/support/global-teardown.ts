import { removePrograms } from './compiled-programs.ts';
import { releaseServers } from './test-servers.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default async function tearDown(): Promise<void> {
  await Promise.all([releaseServers(), removePrograms()]);
}
