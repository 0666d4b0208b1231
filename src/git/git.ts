/** Runs git on a checkout that nobody vouches for: no hook, no filter, no program that its settings name, nothing written to it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from './environment.ts';
import { fetchingEnvironment, readingEnvironment } from './environment.ts';

export interface Checkout {
  /** Absolute path of the folder that holds `.git`. */
  readonly folder: string;
  /** The audited folder relative to it, with `/`; empty: itself. */
  readonly prefix: string;
}

/** The nearest checkout around a folder (absolute, no link); null: there is none. */
export function checkoutAround(folder: string): Checkout | null {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, '.git'))) return { folder: here, prefix: folder.slice(here.length).replace(/^\//u, '') };
    if (here === dirname(here)) return null;
  }
}

/** Commands that only read take this long at most, on disks of any kind. */
const READING_MILLISECONDS = 60_000;
const FETCHING_MILLISECONDS = 60_000;
/** Bytes of an answer; a list of a million files has less. */
const MOST_BYTES = 512 * 1024 * 1024;

const NO_PROGRAMS = ['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
/** One by one as well, since a protocol's own setting in the checkout comes before the setting for all. */
const PROTOCOLS = ['https', 'ssh', 'file', 'http', 'git', 'ext'];

function allowing(allowed: readonly string[]): string[] {
  const each = PROTOCOLS.map((name) => [name, allowed.includes(name) ? 'always' : 'never']);
  return ['-c', 'protocol.allow=never', ...each.flatMap(([name, value]) => ['-c', `protocol.${name}.allow=${value}`])];
}

export class Git {
  /** As in {@link Checkout}. */
  readonly folder: string;
  readonly #environment: Environment;

  constructor(folder: string, environment: Environment) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** For another checkout. */
  at(folder: string): Git {
    return new Git(folder, this.#environment);
  }

  /** What a command that only reads writes to standard output; null when it fails, takes too long, or there is no git. */
  async read(args: readonly string[], onOutput?: (chunk: Buffer) => void, input = ''): Promise<string | null> {
    return this.#run([...allowing([]), ...args], readingEnvironment(this.#environment), {
      milliseconds: READING_MILLISECONDS,
      input,
      onOutput,
    });
  }

  /** Adds commits to the checkout's objects, with the credentials the checkout has. */
  async fetch(commit: string, isShallow: boolean): Promise<void> {
    const depth = isShallow ? ['--depth=1'] : [];
    const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', ...depth, '--end-of-options'];
    await this.#run([...allowing(['https', 'ssh', 'file']), ...args, 'origin', commit], fetchingEnvironment(this.#environment), {
      milliseconds: FETCHING_MILLISECONDS,
      input: '',
    });
  }

  /** Naming the folder of git keeps git from looking for one, and from refusing one of another owner, as containers have it. */
  async #run(args: readonly string[], environment: Environment, { milliseconds, input, onOutput }: Running): Promise<string | null> {
    const program = ['--git-dir', join(this.folder, '.git'), '--no-optional-locks', '--no-replace-objects', ...NO_PROGRAMS];
    const child = spawn('git', [...program, ...args], {
      cwd: tmpdir(),
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: milliseconds,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      if (onOutput !== undefined) return onOutput(chunk);
      size += chunk.length;
      if (size > MOST_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    // It ends without reading all of it when it fails, which its exit code says.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', resolve);
      // What it started itself may outlive it and keep the pipe open.
      child.on('exit', (_, signal) => (signal === null ? undefined : resolve(null)));
    });
    return code === 0 ? Buffer.concat(chunks).toString('latin1') : null;
  }
}

interface Running {
  readonly milliseconds: number;
  readonly input: string;
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
}
