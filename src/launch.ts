/**
 * First code of `dist/`: makes the native part of Temporal's library ready, which is stored compressed,
 * then loads the program. Imports nothing but Node's own modules.
 */
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { brotliDecompressSync } from 'node:zlib';

/** `package.json` of the distribution, written by the build. */
interface Manifest {
  readonly version: string;
  /** Digest of the program. */
  readonly engine: string;
  /** sha256 of the unpacked native part, by target. */
  readonly addons: Readonly<Record<string, string>>;
}

/** What the program is told about where it runs from. */
export interface Distribution {
  /** Folder with `workflow-bundle.js` beside the unpacked native part. */
  readonly home: string;
  readonly version: string;
  readonly engine: string;
}

export type Program = (distribution: Distribution) => void;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * Proving a fix reads files again and leaves garbage, which V8 by its default lets grow to several times of what is in use.
 * At this percentage a run over 1,000 resources peaks at 470 MB and not at 740, in the same time.
 */
const HEAP_GROWING_PERCENT = 30;

/** @param folder the distribution's folder. */
export function launch(folder: string, program: 'action' | 'cli'): void {
  const { version, engine, addons } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const target = `${ARCHITECTURES[process.arch] ?? process.arch}-unknown-linux-gnu`;
  const sha256 = addons[target];
  if (process.platform !== 'linux' || sha256 === undefined || !usesGlibc()) {
    process.stderr.write(
      `This program runs on Linux with glibc, on x64 or arm64; this is ${process.platform}/${process.arch}. Use an Ubuntu runner or a Debian-based container.\n`,
    );
    process.exitCode = 2;
    return;
  }
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const home = unpack(folder, path.join('releases', target, 'index.node'), sha256, engine);
  const programs = createRequire(path.join(home, 'launch.js'))('./agent.js') as Record<typeof program, Program>;
  programs[program]({ home, version, engine });
}

function usesGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

/** The distribution's own folder when it can be written to, else a copy in the user's cache. */
function unpack(folder: string, addon: string, sha256: string, engine: string): string {
  if (existsSync(path.join(folder, addon))) return folder;
  const packed = path.join(folder, `${addon}.br`);
  try {
    inflate(packed, path.join(folder, addon), sha256);
    return folder;
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
  const base = process.env['RUNNER_TOOL_CACHE'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const copy = path.join(base, 'infrastructure-security-agent', engine);
  if (existsSync(path.join(copy, addon))) return copy;
  mkdirSync(path.join(copy, path.dirname(addon)), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder, { withFileTypes: true })) {
    if (name.isFile()) copyFileSync(path.join(folder, name.name), path.join(copy, name.name));
  }
  inflate(packed, path.join(copy, addon), sha256);
  return copy;
}

/** Through a temporary name, so that a process that runs at the same time never sees half a file. */
function inflate(packed: string, target: string, sha256: string): void {
  const bytes = brotliDecompressSync(readFileSync(packed));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${packed} does not hold what it was built with (sha256 ${found}, expected ${sha256})`);
  const staged = `${target}.${randomUUID()}`;
  try {
    writeFileSync(staged, bytes, { mode: 0o700 });
    renameSync(staged, target);
  } finally {
    rmSync(staged, { force: true });
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM');
}
