import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { StartError } from '../../src/core/process/start-error.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import { programArguments } from '../support/program-file.ts';

const WRITER = new URL('./embedded-writer.ts', import.meta.url);

describe('the embedded database', () => {
  let home: string;
  let dataDir: string;
  const endings: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'lockstep-embedded-'));
    dataDir = path.join(home, 'not', 'there', 'yet');
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
    await rm(home, { recursive: true, force: true });
  });

  const open = async (): Promise<pg.Pool> => {
    const { pool, close } = await startEmbeddedPostgres(dataDir);
    endings.push(close);
    return pool;
  };
  const startWriting = (): Writer => {
    const writer = startWriter(dataDir);
    endings.push(writer.kill);
    return writer;
  };

  test('a second process is refused, also by another path to the same directory', async () => {
    await startWriting().acknowledged(1);
    const detour = path.join(home, 'detour');
    await symlink(dataDir, detour);

    await expect(startEmbeddedPostgres(dataDir)).rejects.toThrow(/is in use by another Lockstep process/);
    await expect(startEmbeddedPostgres(detour)).rejects.toBeInstanceOf(StartError);
  });

  test('files that are not a database are refused in one sentence', async () => {
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), 'nonsense');
    await expect(startEmbeddedPostgres(dataDir)).rejects.toThrow(
      /^The embedded database in .* cannot be opened: /,
    );
  });

  test('a commit that was acknowledged survives kill -9 of the process', async () => {
    const writer = startWriting();
    await writer.acknowledged(20);
    const last = await writer.kill();

    const pool = await open();
    const { rows } = await pool.query('SELECT count(*)::int AS kept, max(n) AS last FROM written');
    expect(rows[0].kept).toBe(rows[0].last); // no gap …
    expect(rows[0].last).toBeGreaterThanOrEqual(last); // … and nothing missing at the end
  });

  test('a cluster whose creation was interrupted is created again', async () => {
    await mkdir(path.join(dataDir, 'postgres.unfinished', 'base'), { recursive: true });
    const pool = await open();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('transactions roll back as a whole, and fifty simultaneous ones run one after the other', async () => {
    const pool = await open();
    await pool.query('CREATE TABLE counter AS SELECT 0 AS total');

    const addOne = async (_: unknown, turn: number): Promise<void> => {
      const client = await pool.connect();
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT total FROM counter');
      await client.query('UPDATE counter SET total = $1', [rows[0].total + 1]);
      await client.query(turn % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
      client.release();
    };
    await Promise.all(Array.from({ length: 50 }, addOne));

    expect((await pool.query('SELECT total FROM counter')).rows).toEqual([{ total: 40 }]);
  });

  test('a connection that is discarded during a transaction leaves neither the transaction nor its settings behind', async () => {
    const pool = await open();
    await pool.query('CREATE TABLE kept (n int)');
    const rude = await pool.connect();
    await rude.query("SET search_path = 'nowhere'");
    await rude.query('BEGIN');
    await rude.query('INSERT INTO public.kept VALUES (1)');
    rude.release(true);

    expect((await pool.query('SELECT n FROM kept')).rows).toEqual([]);
  });
});

interface Writer {
  /** Waits until the writer has committed this number. */
  acknowledged(number: number): Promise<void>;
  /** Kills it with SIGKILL and returns the last number that it acknowledged. */
  kill(): Promise<number>;
}

/** Starts a process that writes 1, 2, 3 … in a transaction each and prints every number once it is committed. */
function startWriter(dataDir: string): Writer {
  const child = spawn(process.execPath, programArguments(WRITER, dataDir), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let last = 0;
  const next = async (): Promise<boolean> => {
    const { value, done } = await lines.next();
    if (!done) last = Number(value);
    return !done;
  };
  return {
    acknowledged: async (wanted) => {
      while (last < wanted) if (!(await next())) throw new Error('the writer has ended by itself');
    },
    kill: async () => {
      child.kill('SIGKILL');
      while (await next());
      if (child.signalCode === null) await once(child, 'exit');
      return last;
    },
  };
}
