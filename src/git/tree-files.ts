/** The files of a commit as those of a folder: links are followed as the system follows them, and nothing is written. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import type { Content, TreeEntry } from '../domain/tree.ts';
import { decode, ESCAPES, folderFiles, INTO_GIT, isFolder, MISSING, namesOf } from '../iac/files.ts';
import type { Entry, Failure, Files, Reading } from '../iac/files.ts';
import { bytesOf, textOf } from './planted.ts';
import type { FolderNode, Node } from './planted.ts';

export interface Place {
  /** Absolute path of the checkout that the commit is of, no link; null: there is none, and nothing outside the commit can be reached. */
  readonly checkout: string | null;
  /** The audited folder relative to the repository; empty: all of it. */
  readonly prefix: string;
}

/** As many as Linux follows in one path. */
const MOST_LINKS = 40;

/** Where a path leads: names of the repository byte by byte, or an absolute path outside of it. */
type Destination = { readonly names: readonly string[]; readonly node: Node } | { readonly outside: string } | Failure;

export class TreeFiles implements Files {
  /** What was asked for and is not at hand, by its hash; what was read is not final before there is none. */
  readonly missing = new Map<string, TreeEntry>();
  readonly #repository: FolderNode;
  readonly #contents: ReadonlyMap<string, Content>;
  readonly #place: Place;
  readonly #prefix: readonly string[];

  constructor(repository: FolderNode, contents: ReadonlyMap<string, Content>, place: Place) {
    this.#repository = repository;
    this.#contents = contents;
    this.#place = place;
    this.#prefix = place.prefix === '' ? [] : bytesOf(place.prefix).split('/');
  }

  entries(folder: string): readonly Entry[] | { readonly failure: string } {
    const node = this.#at(folder);
    // Git keeps no empty folder: one that is audited and not in the commit has nothing in it.
    if (node === undefined && folder === '.') return [];
    if (node?.kind !== 'folder') return { failure: node === undefined ? 'ENOENT' : 'ENOTDIR' };
    const names = [...node.children.keys()].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
    return names.map((name) => ({ ...namesOf(Buffer.from(name, 'latin1')), kind: node.children.get(name)?.kind ?? 'other' }));
  }

  resolve(path: string): { readonly path: string } | Failure {
    const found = this.#follow(this.#inRepository(path));
    if ('code' in found) return found;
    if ('outside' in found) return this.#isThere(found.outside) ? ESCAPES : MISSING;
    if (!this.#isAudited(found.names)) return ESCAPES;
    return { path: textOf(found.names.slice(this.#prefix.length).join('/')) || '.' };
  }

  isFolder(path: string): boolean {
    const found = this.#follow(this.#inRepository(path));
    if ('outside' in found) return this.#place.checkout !== null && isFolder(found.outside);
    return 'node' in found && found.node.kind === 'folder';
  }

  read(path: string, cap: number): Reading {
    return this.#readNode(this.#at(path), cap);
  }

  readNamed(path: string, cap: number): Reading {
    const found = this.#follow(this.#inRepository(path));
    if ('code' in found) return found;
    const isOutside = path.startsWith('../');
    if ('outside' in found) {
      const { checkout, prefix } = this.#place;
      if (!isOutside) return this.#isThere(found.outside) ? ESCAPES : MISSING;
      return checkout === null ? MISSING : folderFiles(join(checkout, prefix)).readNamed(path, cap);
    }
    return isOutside || this.#isAudited(found.names) ? this.#readNode(found.node, cap) : ESCAPES;
  }

  #readNode(node: Node | undefined, cap: number): Reading {
    if (node === undefined) return { code: 'unreadable', failure: 'it cannot be opened (ENOENT)', bytes: null };
    if (node.kind === 'folder') return { code: 'unreadable', failure: 'it is not a regular file', bytes: null };
    if (node.kind === 'link') return { code: 'unreadable', failure: 'it cannot be opened (ELOOP)', bytes: null };
    const content = this.#contentOf(node.entry);
    return content === undefined ? MISSING : decode(content.bytes, content.size, cap);
  }

  #contentOf(entry: TreeEntry): Content | undefined {
    const content = this.#contents.get(entry.oid);
    if (content === undefined) this.missing.set(entry.oid, entry);
    return content;
  }

  /** What is at a path of the audited folder that leads over no link. */
  #at(path: string): Node | undefined {
    const names = [...this.#prefix, ...bytesOf(path).split('/')].filter((name) => name !== '.');
    return names.reduce<Node | undefined>(
      (node, name) => (node?.kind === 'folder' ? node.children.get(name) : undefined),
      this.#repository,
    );
  }

  #inRepository(path: string): string {
    return bytesOf(join(this.#place.prefix, path));
  }

  #isAudited(names: readonly string[]): boolean {
    return this.#prefix.every((name, index) => names[index] === name);
  }

  #isThere(path: string): boolean {
    return this.#place.checkout === null || existsSync(path);
  }

  /** @param path relative to the repository, byte by byte */
  #follow(path: string): Destination {
    if (path.includes('\0')) return { code: 'unreadable', failure: 'it leads nowhere (ERR_INVALID_ARG_VALUE)', bytes: null };
    const pending = path.split('/').toReversed();
    let names: string[] = [];
    let nodes: Node[] = [this.#repository];
    let links = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const here = nodes.at(-1);
      if (here?.kind !== 'folder') return MISSING;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (names.length === 0) return this.#leave(join('..', ...pending.toReversed()));
        names.pop();
        nodes.pop();
        continue;
      }
      if (name === '.git' && names.length === 0 && this.#place.checkout !== null) return this.#prefix.length === 0 ? INTO_GIT : ESCAPES;
      const next = here.children.get(name);
      if (next?.kind === 'link') {
        links += 1;
        if (links > MOST_LINKS) return { code: 'unreadable', failure: 'it leads nowhere (ELOOP)', bytes: null };
        const target = this.#contentOf(next.entry)?.bytes?.toString('latin1');
        if (target === undefined) return MISSING;
        pending.push(...target.split('/').toReversed());
        if (!target.startsWith('/')) continue;
        const rest = this.#below(pending.toReversed().join('/'));
        if (rest === null) return { outside: textOf(normalize(pending.toReversed().join('/'))) };
        pending.splice(0, pending.length, ...rest.split('/').toReversed());
        [names, nodes] = [[], [this.#repository]];
      } else if (next === undefined) {
        return MISSING;
      } else {
        names.push(name);
        nodes.push(next);
      }
    }
    const node = nodes.at(-1);
    return node === undefined ? MISSING : { names, node };
  }

  #leave(rest: string): Destination {
    return { outside: this.#place.checkout === null ? '/' : join(this.#place.checkout, textOf(rest)) };
  }

  /** The part of an absolute path below the checkout, if it is there. */
  #below(path: string): string | null {
    if (this.#place.checkout === null) return null;
    const checkout = `${bytesOf(this.#place.checkout)}/`;
    const whole = `${normalize(path)}/`;
    return whole.startsWith(checkout) ? whole.slice(checkout.length) : null;
  }
}
