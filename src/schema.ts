import './rooms.ts';
import { everyChange } from './graph/events/every-change.ts';
import { nodeField } from './graph/rows/node-field.ts';
import { builder } from './graph/schema/builder.ts';

// After every room has added its own types, because `changes` shows them all.
everyChange.declare();
nodeField();

/** The schema of the server. Building it does no I/O. */
export const schema = builder.toSchema();
