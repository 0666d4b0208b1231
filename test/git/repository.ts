/** Real repositories for tests, in temporary folders, whoever runs them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file's content, a link's target, or a file that is there no more. */
export type Change = string | Uint8Array | { readonly link: string } | null;

const MADE: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-git-'));
  MADE.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of MADE.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function git(folder: string, ...args: readonly string[]): string {
  const environment = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  };
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function makeRepository(...args: readonly string[]): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main', ...args);
  return folder;
}

export function write(folder: string, changes: Readonly<Record<string, Change>>): void {
  for (const [path, change] of Object.entries(changes)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    rmSync(full, { recursive: true, force: true });
    if (change === null) continue;
    if (typeof change === 'string' || change instanceof Uint8Array) writeFileSync(full, change);
    else symlinkSync(change.link, full);
  }
}

/** Answers the new commit. */
export function commit(folder: string, changes: Readonly<Record<string, Change>>): string {
  write(folder, changes);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'change');
  return git(folder, 'rev-parse', 'HEAD');
}
