/** Finds the files of an audited tree. */
import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { Diagnostic, FileNote } from '../domain/diagnostic.ts';
import { codeOf, resolveWithin } from './files.ts';
import { formatOf, passedOver } from './format.ts';
import type { Limits } from './limits.ts';

export interface Found {
  /** In order of their names; relative to the root. */
  readonly files: readonly FoundFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly ignored: readonly FileNote[];
}

export interface FoundFile {
  readonly path: string;
  /** Where it is read: another path when it is a link. */
  readonly real: string;
}

/** Never entered: what is not the repository's own code, or not code at all. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Walks the folder `root` (absolute, no link), following no link to a folder. Infrastructure code is told by name;
 * what is said of files that were not asked for is left out.
 */
export function discover(root: string, selected: (path: string) => boolean, limits: Limits): Found {
  const walk = new Walk(root, selected, limits);
  walk.run();
  return walk;
}

/** Paths of all regular files below a folder of the root, at most so many; none when there is no such folder. */
export function listFiles(root: string, folder: string, most: number): string[] {
  const start = resolveWithin(root, join(root, folder));
  const result: string[] = [];
  const pending = 'path' in start ? [start.path] : [];
  for (let next = pending.pop(); next !== undefined && result.length < most; next = pending.pop()) {
    const entries = entriesOf(join(root, next));
    if (!Array.isArray(entries)) continue;
    for (const { name, entry } of entries) {
      if (name === null) continue;
      const path = below(next, name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(name) && name !== '.terraform') pending.push(path);
      } else if (entry.isFile()) result.push(path);
    }
  }
  return result.toSorted();
}

class Walk implements Found {
  files: readonly FoundFile[] = [];
  readonly #met: FoundFile[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly ignored: FileNote[] = [];
  readonly #root: string;
  readonly #selected: (path: string) => boolean;
  readonly #limits: Limits;

  constructor(root: string, selected: (path: string) => boolean, limits: Limits) {
    this.#root = root;
    this.#selected = selected;
    this.#limits = limits;
  }

  run(): void {
    const pending = ['.'];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const each of this.#folder(folder).toReversed()) pending.push(each);
    }
    this.files = this.#met.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
    this.#cut();
  }

  /** Files that were asked for come before those that are only read to understand them. */
  #cut(): void {
    const { files } = this.#limits;
    if (this.files.length <= files) return;
    const asked = this.files.filter(({ path }) => this.#selected(path));
    const others = this.files.filter(({ path }) => !this.#selected(path));
    this.diagnostics.push({
      level: 'undecided',
      code: 'limit-files',
      message: `there are ${this.files.length} files that may be infrastructure code, and only ${files} are read; ask for fewer paths`,
    });
    this.files = [...asked, ...others].slice(0, files);
  }

  /** Returns the folders below. */
  #folder(folder: string): string[] {
    const entries = entriesOf(join(this.#root, folder));
    if (!Array.isArray(entries)) {
      this.#undecided('unreadable', folder, `the folder cannot be read (${entries.failure}), so nothing below it was audited`);
      return [];
    }
    const folders: string[] = [];
    for (const { name, shown, entry } of entries) {
      const path = below(folder, shown);
      const passed = passedOver(path);
      if (name === null) {
        if (entry.isDirectory() || formatOf(shown) !== null) this.#undecided('unreadable', path, 'its name is not UTF-8; rename it');
      } else if (Buffer.byteLength(path) > this.#limits.pathBytes) {
        this.#undecided('limit-path', path, `its path is longer than ${this.#limits.pathBytes} bytes`);
      } else if (entry.isDirectory()) {
        if (name === '.terraform')
          this.#warning('terraform-folder', path, 'the folder .terraform is never read; it does not belong into the repository');
        else if (!SKIPPED.has(name)) folders.push(path);
      } else if (passed !== null) this.ignored.push({ path, reason: passed });
      else if (entry.isSymbolicLink()) this.#link(path);
      else if (formatOf(path) !== null) this.#met.push({ path, real: path });
    }
    return folders;
  }

  #link(path: string): void {
    const target = resolveWithin(this.#root, join(this.#root, path));
    const format = formatOf(path);
    if ('failure' in target) {
      if (format !== null || (target.code === 'path-escape' && isFolder(join(this.#root, path))))
        this.#undecided(target.code, path, `the link is not followed: ${target.failure}`);
      return;
    }
    if (isFolder(join(this.#root, path))) {
      this.#warning('link', path, `it is a link to ${target.path}, which is read where it is`);
    } else if (format?.kind === 'terraform') {
      this.#warning('link', path, `it is a link to ${target.path}, and is read as a file of its folder as Terraform does`);
      this.#met.push({ path, real: target.path });
    } else if (format !== null && formatOf(target.path) === null) {
      this.#met.push({ path, real: target.path });
    } else if (format !== null) this.ignored.push({ path, reason: `it is a link to ${target.path}, which is read where it is` });
  }

  #undecided(code: string, path: string, message: string): void {
    if (this.#selected(path)) this.diagnostics.push({ level: 'undecided', code, message, file: path });
  }

  #warning(code: string, path: string, message: string): void {
    if (this.#selected(path)) this.diagnostics.push({ level: 'warning', code, message, file: path });
  }
}

interface Entry {
  /** Null when it is not UTF-8. */
  readonly name: string | null;
  /** For people: bytes that are not UTF-8 are replaced. */
  readonly shown: string;
  readonly entry: Dirent<Buffer>;
}

function entriesOf(folder: string): Entry[] | { readonly failure: string } {
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    return { failure: codeOf(error) };
  }
  return entries
    .map((entry) => {
      const shown = entry.name.toString('utf8');
      return { entry, shown, name: Buffer.from(shown, 'utf8').equals(entry.name) ? shown : null };
    })
    .toSorted((a, b) => Buffer.compare(a.entry.name, b.entry.name));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function below(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/**
 * Whether a file (relative to the root) is asked for: by its own path, by a folder it lies in, or by a glob.
 * A pattern that begins with `!` takes out again.
 */
export function selection(paths: readonly string[]): (file: string) => boolean {
  const matchers = paths.map((path) => {
    const excludes = path.startsWith('!');
    return { excludes, matches: matcher((excludes ? path.slice(1) : path).replace(/^(?:\.\/)+/u, '').replace(/\/+$/u, '')) };
  });
  const including = matchers.filter(({ excludes }) => !excludes);
  const excluding = matchers.filter(({ excludes }) => excludes);
  return (file) =>
    (including.length === 0 || including.some(({ matches }) => matches(file))) && !excluding.some(({ matches }) => matches(file));
}

function matcher(path: string): (file: string) => boolean {
  if (path === '' || path === '.') return () => true;
  const glob = picomatch([path, `${path}/**`], { dot: true });
  return (file) => file === path || file.startsWith(`${path}/`) || glob(file);
}
