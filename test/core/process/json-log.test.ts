import { expect, test } from '@jest/globals';
import { jsonLog } from '../../../src/core/process/json-log.ts';

function written(level: string, write: (log: ReturnType<typeof jsonLog>) => void): string[] {
  const lines: string[] = [];
  write(jsonLog(level, { write: (line) => void lines.push(line) }));
  return lines;
}

const logged = (fields: object) => written('info', (log) => log.info(fields, 'seen')).join('');

test('no field with the name of a secret is written, at any depth', () => {
  const line = logged({
    headers: { Authorization: 'Bearer s3cret', cookie: 's3cret' },
    input: { password: 's3cret', devices: [{ refreshToken: 's3cret' }] },
    jwtSecret: ['s3cret'],
    tenant: 'acme',
  });
  expect(line).not.toContain('s3cret');
  expect(JSON.parse(line)).toMatchObject({ headers: { Authorization: '[secret]' }, tenant: 'acme' });
});

test('the same holds for the fields that a driver attaches to an error', () => {
  const error = Object.assign(new Error('refused'), { code: 'WRONGPASS', command: { password: 's3cret' } });
  const line = logged({ err: error, cause: { deep: error } });
  expect(line).not.toContain('s3cret');
  expect(JSON.parse(line)).toMatchObject({ err: { type: 'Error', message: 'refused', code: 'WRONGPASS' } });
});

test('no value can forge a line or command a terminal', () => {
  const [line, ...others] = written('info', (log) =>
    log.info({ name: 'a\r\n{"level":"error"}\u001b[2J' }, 'b\nc'),
  );
  expect(others).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
  expect(line).toMatch(/^[^\u0000-\u001f]+\n$/);
  expect(JSON.parse(line ?? '')).toMatchObject({ name: 'a\r\n{"level":"error"}\u001b[2J', msg: 'b\nc' });
});

test('an object that contains itself is truncated', () => {
  const ring: Record<string, unknown> = {};
  ring.next = ring;
  expect(logged({ ring })).toContain('[too deep]');
});

test('a line has its time and severity, and less severe events are left out', () => {
  const lines = written('warn', (log) => {
    log.info({}, 'quiet');
    log.warn({ feed: 'f', at: new Date(0) }, 'loud');
  });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      time: expect.stringMatching(/Z$/),
      feed: 'f',
      at: '1970-01-01T00:00:00.000Z',
      msg: 'loud',
    }),
  ]);
});
