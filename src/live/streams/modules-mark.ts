import { isModuleOff, MODULE_NAMES } from '../../core/rights/modules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';

// A stream of all changes of a feed continues when a module is switched off, without its rows. So its cursors say which
// modules were off: when one of them is on again, the client lacks what happened to its rows meanwhile. The mark has the
// size of the fingerprint of an audience, in whose place it is: a bit for each module, by its place in MODULE_NAMES.

const DIGITS = 16;

/** The modules that are off for a viewer in the tenant of a feed; undefined if none is. */
export function modulesMark(viewer: Viewer, feed: string): string | undefined {
  const bits = MODULE_NAMES.reduce(
    (sum, module, place) => (isModuleOff(viewer, module, feed) ? sum + 2 ** place : sum),
    0,
  );
  return bits === 0 ? undefined : bits.toString(16).padStart(DIGITS, '0');
}

/** Tells whether a module that was off at one mark is on at a later one. What is no mark has no modules. */
export function hasReturned(before: string | undefined, after: string | undefined): boolean {
  const [was, is] = [bitsOf(before), bitsOf(after)];
  return MODULE_NAMES.some((_, place) => (was & (1 << place)) !== 0 && (is & (1 << place)) === 0);
}

function bitsOf(mark = '0'): number {
  const bits = Number.parseInt(mark, 16);
  return bits < 2 ** MODULE_NAMES.length ? bits : 0;
}
