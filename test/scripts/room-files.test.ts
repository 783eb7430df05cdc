import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lackOf, roomsOf } from '../../scripts/room-files.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'rooms-'));
  write('src/rooms.ts', "import './modules/plans/plans.room.ts';");
  write('src/modules/plans/plans.graph.ts');
  write('src/modules/plans/plans.room.ts');
  write('test/modules/plans/plans.sample.ts');
  write('test/modules/plans/prices/prices.test.ts');
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text = ''): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

test('a room with its manifest, graph, sample and a test, and a line in the list of rooms, lacks nothing', () => {
  expect(roomsOf(root)).toEqual(['plans']);
  expect(lackOf(root, 'plans')).toBeNull();
});

test.each([
  'src/modules/plans/plans.graph.ts',
  'src/modules/plans/plans.room.ts',
  'test/modules/plans/plans.sample.ts',
])('a room without %s needs that file by name', (file) => {
  rmSync(path.join(root, file));
  expect(lackOf(root, 'plans')).toBe(`The room plans needs ${file}.`);
});

test('all that a new room lacks is one sentence', () => {
  write('src/modules/teams/teams.room.ts');
  expect(lackOf(root, 'teams')).toBe(
    'The room teams needs src/modules/teams/teams.graph.ts, and test/modules/teams/teams.sample.ts, and a line in src/rooms.ts, and a test in test/modules/teams.',
  );
});
