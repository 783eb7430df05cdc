import type { Log } from '../../src/core/process/log.ts';

/** Drops every line. A test that reads log lines uses a log of its own. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
