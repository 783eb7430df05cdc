import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';

/** A HAProxy that ends TLS and shares requests between nodes. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a HAProxy from PATH before nodes, with a certificate of its own, and compression for event streams, too. It
 * asks each node every `checkMs` whether it is ready. It repeats no request, so each one that a node does not take fails.
 */
export async function startHaproxy(nodes: readonly string[], checkMs = 500): Promise<Balancer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-haproxy-'));
  const port = await findFreePort();
  const [key, certificate, config] = ['key.pem', 'certificate.pem', 'haproxy.cfg'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      ...subject,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  renameSync(key, `${certificate}.key`); // where HAProxy looks for it
  writeFileSync(config, configOf({ port, certificate, nodes, checkMs }));
  const child = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' });
  while (!(await isListening(port))) await setTimeout(20);
  return {
    url: `https://localhost:${port}`,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface BalancerSettings {
  readonly port: number;
  readonly certificate: string;
  readonly nodes: readonly string[];
  readonly checkMs: number;
}

function configOf({ port, certificate, nodes, checkMs }: BalancerSettings): string {
  const servers = nodes.map(
    (url, index) => `  server node${index} ${new URL(url).host} check inter ${checkMs}ms fall 1`,
  );
  return `defaults
  mode http
  retries 0
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  timeout check 10s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${certificate} alpn h2,http/1.1
  option forwardfor
  default_backend nodes
backend nodes
  balance roundrobin
  http-reuse safe
  option httpchk GET /health/ready
  compression algo gzip
  compression type application/json text/event-stream
${servers.join('\n')}
`;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
