/** Reads files of a tree that nobody vouches for: regular ones alone, within limits, as strict UTF-8. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
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

/** The files of an audited tree, wherever they are. Paths are relative to its root, with `/` between names; `.` is the root itself. */
export interface Files {
  /** What lies directly in a folder, in the order of the bytes of the names. */
  entries(folder: string): readonly Entry[] | { readonly failure: string };
  /** Where a path leads in the end; why not when it leads nowhere or outside. */
  resolve(path: string): { readonly path: string } | Failure;
  /** Whether a path leads to a folder, be it outside. */
  isFolder(path: string): boolean;
  /** Reads a path that is no link, at most `cap` bytes of it. */
  read(path: string, cap: number): Reading;
  /**
   * A file that whoever starts the audit named. One that they name outside of the root (`../`) is read where it is;
   * one inside must stay there, since a link in the tree is not theirs.
   */
  readNamed(path: string, cap: number): Reading;
}

export interface Entry {
  /** Null when it is not UTF-8. */
  readonly name: string | null;
  /** For people: bytes that are not UTF-8 are replaced. */
  readonly shown: string;
  /** `other`: a device, a socket or a queue. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** @param root absolute, and no link */
export function folderFiles(root: string): Files {
  return {
    entries: (folder) => entriesOf(join(root, folder)),
    resolve: (path) => resolveWithin(root, join(root, path)),
    isFolder: (path) => isFolder(join(root, path)),
    read: (path, cap) => readText(join(root, path), cap),
    readNamed(path, cap) {
      const base = path.startsWith('../') ? '/' : root;
      const found = resolveWithin(base, join(root, path));
      return 'failure' in found ? found : readText(join(base, found.path), cap);
    },
  };
}

function entriesOf(folder: string): Entry[] | { readonly failure: string } {
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    return { failure: codeOf(error) };
  }
  return entries.toSorted((a, b) => Buffer.compare(a.name, b.name)).map((entry) => ({ ...namesOf(entry.name), kind: kindOf(entry) }));
}

/** A name as it is used, and as it is shown. */
export function namesOf(bytes: Buffer): Pick<Entry, 'name' | 'shown'> {
  const shown = bytes.toString('utf8');
  return { shown, name: Buffer.from(shown, 'utf8').equals(bytes) ? shown : null };
}

function kindOf(entry: Dirent<Buffer>): Entry['kind'] {
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : 'other';
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Opens a path that is no link, never waiting for a writer, and reads at most `cap` bytes. A byte order mark stays a character. */
function readText(path: string, cap: number): Reading {
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
    return decode(bytes, Math.max(status.size, bytes.length), cap);
  } catch (error) {
    return { code: 'unreadable', failure: `it cannot be read (${codeOf(error)})`, bytes: null };
  } finally {
    closeSync(descriptor);
  }
}

/** @param bytes all of a file, or as much as is looked at of a larger one, if anything; `size` is that of the whole */
export function decode(bytes: Buffer | null, size: number, cap: number): Reading {
  if (bytes === null || size > cap) return { ...tooLarge(cap), bytes };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { code: 'unreadable', failure: 'it is not UTF-8; save it as UTF-8', bytes };
  }
}

/** How much of a file over the limit is looked at to tell what it is, in bytes. */
export const MOST_PEEKED = 16 * 1024 * 1024;

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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

export const MISSING: Failure = { code: 'unreadable', failure: 'it does not exist', bytes: null, missing: true };
export const ESCAPES: Failure = {
  code: 'path-escape',
  failure: 'it leads out of the audited folder, so it is not read',
  bytes: null,
};
/** Git keeps credentials there. */
export const INTO_GIT: Failure = { code: 'path-escape', failure: "it leads into git's own folder, so it is not read", bytes: null };

/** Both are absolute; the answer is relative to the root. */
function resolveWithin(root: string, path: string): { readonly path: string } | Failure {
  let target: string;
  try {
    target = realpathSync(path);
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? MISSING : { code: 'unreadable', failure: `it leads nowhere (${code})`, bytes: null };
  }
  const within = relative(root, target);
  if (within === '..' || within.startsWith(`..${sep}`)) return ESCAPES;
  if (within.split(sep).includes('.git')) return INTO_GIT;
  return { path: within === '' ? '.' : within.replaceAll(sep, '/') };
}

const CALLED_FILE_BYTES = 1024 * 1024;

/**
 * For what sources name (`file()`): at most 1 MiB each, nothing outside the root, nothing of git's or Terraform's own;
 * and for files that were `named` (relative to the root) by whoever starts the audit.
 */
export function fileReader(files: Files, list: FileReader['list'], named: ReadonlySet<string> = new Set()): FileReader {
  return {
    read(path) {
      if (named.has(path)) {
        const reading = files.readNamed(path, CALLED_FILE_BYTES);
        return 'text' in reading ? { text: reading.text } : { failure: reading.failure };
      }
      if (
        normalize(path)
          .split('/')
          .some((part) => part === '.git' || part === '.terraform')
      )
        return { failure: 'files of git and of Terraform itself are not read' };
      const found = files.resolve(path);
      if ('failure' in found) return { failure: found.failure, ...(found.missing === true ? { missing: true } : {}) };
      const reading = files.read(found.path, CALLED_FILE_BYTES);
      return 'text' in reading ? { text: reading.text } : unread(reading);
    },
    list,
  };
}

function unread({ code, failure, bytes }: Failure): Unread {
  return code === 'unreadable' && bytes !== null ? { failure, bytes } : { failure };
}
