import './rooms.ts';
import { everyChange } from './graph/events/every-change.ts';
import { builder } from './graph/schema/builder.ts';

// After every room has added its own types, because `changes` shows them all.
everyChange.declare();

/** The schema of the server. Building it does no I/O. */
export const schema = builder.toSchema();
