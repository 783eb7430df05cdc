import type { Log } from '../../src/core/process/log.ts';

/** Says nothing: what a test wants to know about a log it reads from one of its own. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
