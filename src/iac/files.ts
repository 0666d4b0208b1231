/** Reads files of a tree that nobody vouches for: regular ones alone, within limits, as strict UTF-8. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import type { FileReader, Unread } from './root.ts';

export type Reading = { readonly text: string } | Failure;

export interface Failure {
  /** Code of a diagnostic. */
  readonly code: 'unreadable' | 'limit-size' | 'path-escape';
  /** What is wrong, as a part of a sentence that begins with the file. */
  readonly failure: string;
  /** What could be read of it, byte by byte, to tell what it is. */
  readonly bytes: Buffer | null;
  /** Nothing is at the path. */
  readonly missing?: boolean;
}

/** Opens a path that is no link, never waiting for a writer, and reads at most `cap` bytes. A byte order mark stays a character. */
export function readText(path: string | Buffer, cap: number): Reading {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { code: 'unreadable', failure: `it cannot be opened (${codeOf(error)})`, bytes: null };
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { code: 'unreadable', failure: 'it is not a regular file', bytes: null };
    const bytes = readUpTo(descriptor, status.size > cap ? MOST_PEEKED : cap + 1, status.size + 1);
    if (status.size > cap || bytes.length > cap) return { ...tooLarge(cap), bytes };
    try {
      return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch {
      return { code: 'unreadable', failure: 'it is not UTF-8; save it as UTF-8', bytes };
    }
  } catch (error) {
    return { code: 'unreadable', failure: `it cannot be read (${codeOf(error)})`, bytes: null };
  } finally {
    closeSync(descriptor);
  }
}

/** How much of a file over the limit is looked at to tell what it is. */
const MOST_PEEKED = 16 * 1024 * 1024;

/** `expected` bytes are read at once, since joining pieces of a large file takes its size again. */
function readUpTo(descriptor: number, most: number, expected: number): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; total < most;) {
    const chunk = Buffer.allocUnsafe(Math.min(total === 0 ? expected : 64 * 1024, most - total));
    const count = readSync(descriptor, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

export function tooLarge(cap: number): Failure {
  return { code: 'limit-size', failure: `it is larger than ${megabytes(cap)}; split it, or leave it out of the paths`, bytes: null };
}

function megabytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes} bytes`;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** Where a path leads in the end, relative to the root; why not when it leads nowhere or outside. Both are absolute. */
export function resolveWithin(root: string, path: string): { readonly path: string } | Failure {
  let target: string;
  try {
    target = realpathSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'unreadable', failure: 'it does not exist', bytes: null, missing: true };
    return { code: 'unreadable', failure: `it leads nowhere (${code})`, bytes: null };
  }
  const within = relative(root, target);
  if (within === '..' || within.startsWith(`..${sep}`))
    return { code: 'path-escape', failure: 'it leads out of the audited folder, so it is not read', bytes: null };
  return { path: within === '' ? '.' : within.replaceAll(sep, '/') };
}

/**
 * A file that whoever starts the audit named, relative to the root. One that they name outside of it is read where it is;
 * one inside must stay there, since a link in the tree is not theirs.
 */
export function readNamed(root: string, path: string, cap: number): Reading {
  const base = path.startsWith('../') ? '/' : root;
  const found = resolveWithin(base, join(root, path));
  return 'failure' in found ? found : readText(join(base, found.path), cap);
}

const CALLED_FILE_BYTES = 1024 * 1024;

/**
 * For what sources name (`file()`): at most 1 MiB each, nothing outside the root, nothing of git's or Terraform's own;
 * and for files that were `named` (relative to the root) by whoever starts the audit.
 */
export function fileReader(root: string, list: FileReader['list'], named: ReadonlySet<string> = new Set()): FileReader {
  return {
    read(path) {
      if (named.has(path)) {
        const reading = readNamed(root, path, CALLED_FILE_BYTES);
        return 'text' in reading ? { text: reading.text } : { failure: reading.failure };
      }
      if (
        normalize(path)
          .split('/')
          .some((part) => part === '.git' || part === '.terraform')
      )
        return { failure: 'files of git and of Terraform itself are not read' };
      const found = resolveWithin(root, join(root, path));
      if ('failure' in found) return { failure: found.failure, ...(found.missing === true ? { missing: true } : {}) };
      const reading = readText(join(root, found.path), CALLED_FILE_BYTES);
      return 'text' in reading ? { text: reading.text } : unread(reading);
    },
    list,
  };
}

function unread({ code, failure, bytes }: Failure): Unread {
  return code === 'unreadable' && bytes !== null ? { failure, bytes } : { failure };
}
