import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** The lines of a stack trace. Jest takes 100: errors that tests expect by the thousand cost four times as much. */
const STACK_LINES = 20;

/** The environment of a test file that runs in Node itself: the global object is that of the process. */
// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default class NativeEnvironment {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;

  constructor({ projectConfig }: JestEnvironmentConfig, _context: EnvironmentContext) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup(): Promise<void> {
    Error.stackTraceLimit = STACK_LINES;
    // Jest reads source maps of what it transforms. Node knows those of the modules that it loads.
    Reflect.deleteProperty(Error, 'prepareStackTrace');
  }

  async teardown(): Promise<void> {
    this.fakeTimersModern.dispose();
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  /** Jest asks for it; nothing runs in it. */
  getVmContext(): object {
    return {};
  }
}
