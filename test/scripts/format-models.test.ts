import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { formatModels } from '../../scripts/format-models.ts';

const PLATFORM = `datasource db {
  provider = "postgresql"
}

model Tenant {
  id String @id
}
`;
const TEAMS = `model Team {
  id String @id
  tenantId String
  tenant Tenant @relation(fields: [tenantId], references: [id], onDelete: Restrict)
}
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'models-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('a relation of a new model receives its other end, so that a new room edits no model of another one', async () => {
  await writeFile(path.join(folder, 'tenants.prisma'), PLATFORM);
  await writeFile(path.join(folder, 'teams.prisma'), TEAMS);
  formatModels(folder);
  expect(await readFile(path.join(folder, 'tenants.prisma'), 'utf8')).toMatch(/^ {2}\w+ +Team\[\]$/m);
  const formatted = await readFile(path.join(folder, 'teams.prisma'), 'utf8');
  expect(formatted.replace(/ +/g, ' ')).toBe(TEAMS.replace(/ +/g, ' '));
});

test('a model that does not parse is refused with the reason', async () => {
  await writeFile(path.join(folder, 'teams.prisma'), 'model Team {');
  expect(() => formatModels(folder)).toThrow(/not valid|error/i);
});
