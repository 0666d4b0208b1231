import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporalBinary } from './binary.ts';
import type { BinaryPorts } from './binary.ts';
import type { TemporalTarget } from './connection.ts';
import { TemporalUnavailable } from './errors.ts';

/** After SIGTERM the server takes about 1.2 s to end; then it is killed. */
const STOP_GRACE_MILLISECONDS = 3000;

const KEPT_OUTPUT = 4096;

export interface EmbeddedServer extends TemporalTarget {
  /** Aborted, with a TemporalUnavailable, when the server ends before it is stopped. */
  readonly lost: AbortSignal;
  stop(): Promise<void>;
}

export interface ServerOptions extends BinaryPorts {
  /** A file to keep histories in; without, they are in memory and end with the server. */
  readonly database?: string;
  /** 1-65535; without, a free one. */
  readonly port?: number;
}

/**
 * Starts the Temporal development server on a loopback port. It may not accept connections yet: `connect` waits for that.
 * The child gets its own home and none of our environment, and is ended when this process exits.
 * @throws TemporalUnavailable when there is no binary.
 */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const binary = await temporalBinary(options);
  const port = options.port ?? (await freePort());
  const home = await mkdtemp(path.join(tmpdir(), 'temporal-home-'));
  const arguments_ = [
    'server',
    'start-dev',
    '--headless',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--log-level',
    'warn',
    '--log-format',
    'json',
  ];
  if (options.database !== undefined) {
    arguments_.push('--db-filename', options.database, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal');
  }
  const child = spawn(binary, arguments_, {
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin', TEMPORAL_VERSION_CHECK_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);

  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const lost = new AbortController();
  void ended.then((how) => {
    if (!stopping) lost.abort(new TemporalUnavailable(`The embedded Temporal server ended (${how}). ${output.trim()}`));
  });

  return {
    address: `127.0.0.1:${port}`,
    namespace: 'default',
    apiKey: null,
    tls: null,
    encryptionKey: null,
    shared: false,
    lost: lost.signal,
    stop: async () => {
      stopping = true;
      process.removeListener('exit', killAtExit);
      // What is in memory ends with it anyway, and its own way to end takes over a second.
      await end(child, ended, options.database === undefined ? 'SIGKILL' : 'SIGTERM');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess, ended: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MILLISECONDS);
  await ended;
  clearTimeout(timer);
}

/** The server refuses port 0, so a free one is looked up; another process may take it in between, which ends in a clear error. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
