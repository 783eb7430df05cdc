import { provideServers } from './test-servers.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default provideServers;
