/** Finds the files of an audited tree. */
import picomatch from 'picomatch';
import type { Diagnostic, FileNote } from '../domain/diagnostic.ts';
import type { Files } from './files.ts';
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
export const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Walks all folders, following no link to one. Infrastructure code is told by name; what is said of files that were not
 * asked for is left out.
 */
export function discover(files: Files, selected: (path: string) => boolean, limits: Limits): Found {
  const walk = new Walk(files, selected, limits);
  walk.run();
  return walk;
}

/** Paths of all regular files below a folder of the root, at most so many; none when there is no such folder. */
export function listFiles(files: Files, folder: string, most: number): string[] {
  const start = files.resolve(folder);
  const result: string[] = [];
  const pending = 'path' in start ? [start.path] : [];
  for (let next = pending.pop(); next !== undefined && result.length < most; next = pending.pop()) {
    const entries = files.entries(next);
    if ('failure' in entries) continue;
    for (const { name, kind } of entries) {
      if (name === null) continue;
      const path = below(next, name);
      if (kind === 'folder') {
        if (!SKIPPED.has(name) && name !== '.terraform') pending.push(path);
      } else if (kind === 'file') result.push(path);
    }
  }
  return result.toSorted();
}

class Walk implements Found {
  files: readonly FoundFile[] = [];
  readonly #met: FoundFile[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly ignored: FileNote[] = [];
  readonly #files: Files;
  readonly #selected: (path: string) => boolean;
  readonly #limits: Limits;

  constructor(files: Files, selected: (path: string) => boolean, limits: Limits) {
    this.#files = files;
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
    const entries = this.#files.entries(folder);
    if ('failure' in entries) {
      this.#undecided('unreadable', folder, `the folder cannot be read (${entries.failure}), so nothing below it was audited`);
      return [];
    }
    const folders: string[] = [];
    for (const { name, shown, kind } of entries) {
      const path = below(folder, shown);
      const passed = passedOver(path);
      if (name === null) {
        if (kind === 'folder' || formatOf(shown) !== null) this.#undecided('unreadable', path, 'its name is not UTF-8; rename it');
      } else if (Buffer.byteLength(path) > this.#limits.pathBytes) {
        this.#undecided('limit-path', path, `its path is longer than ${this.#limits.pathBytes} bytes`);
      } else if (kind === 'folder') {
        if (name === '.terraform')
          this.#warning('terraform-folder', path, 'the folder .terraform is never read; it does not belong into the repository');
        else if (!SKIPPED.has(name)) folders.push(path);
      } else if (passed !== null) this.ignored.push({ path, reason: passed });
      else if (kind === 'link') this.#link(path);
      else if (formatOf(path) !== null) this.#met.push({ path, real: path });
    }
    return folders;
  }

  #link(path: string): void {
    const target = this.#files.resolve(path);
    const format = formatOf(path);
    if ('failure' in target) {
      if (format !== null || (target.code === 'path-escape' && this.#files.isFolder(path)))
        this.#undecided(target.code, path, `the link is not followed: ${target.failure}`);
      return;
    }
    if (this.#files.isFolder(path)) {
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
