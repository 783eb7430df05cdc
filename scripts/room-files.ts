import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The rooms of a checkout. */
export function roomsOf(root: string): string[] {
  return readdirSync(path.join(root, 'src/modules')).toSorted();
}

/** Says in one sentence what a room lacks; null if it lacks nothing. */
export function lackOf(root: string, room: string): string | null {
  const missing = missingOf(root, room);
  return missing.length === 0 ? null : `The room ${room} needs ${missing.join(', and ')}.`;
}

function missingOf(root: string, room: string): string[] {
  const [source, tests] = [`src/modules/${room}/${room}`, `test/modules/${room}`];
  const needed = [`${source}.graph.ts`, `${source}.room.ts`, `${tests}/${room}.sample.ts`];
  const list = readFileSync(path.join(root, 'src/rooms.ts'), 'utf8');
  const isListed = list.includes(`'./modules/${room}/${room}.room.ts'`);
  return [
    ...needed.filter((file) => !existsSync(path.join(root, file))),
    ...(isListed ? [] : ['a line in src/rooms.ts']),
    ...(filesBelow(path.join(root, tests)).some((file) => file.endsWith('.test.ts'))
      ? []
      : [`a test in ${tests}`]),
  ];
}

function filesBelow(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
}
