/** Commits among the objects of a checkout. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Content, Objects, TreeEntry, Unavailable } from '../domain/tree.ts';
import { MOST_PEEKED } from '../iac/files.ts';
import type { Git } from './git.ts';

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

export class GitObjects implements Objects {
  readonly #git: Git;
  /** Those of submodules that entries were read from. */
  readonly #submodules: GitObjects[] = [];

  constructor(git: Git) {
    this.#git = git;
  }

  /** The commit that a name stands for, in full; null when it stands for none. */
  async commit(name: string): Promise<string | null> {
    const found = (await this.#git.read(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]))?.trim() ?? '';
    return OID.test(found) ? found : null;
  }

  /** As they are written in the commit, whether or not they are here. */
  async parents(commit: string): Promise<string[]> {
    const text = (await this.#git.read(['cat-file', 'commit', commit])) ?? '';
    const [header = ''] = text.split('\n\n', 1);
    return [...header.matchAll(/^parent ([0-9a-f]+)$/gmu)].map(([, parent = '']) => parent);
  }

  /** Where two commits part; null when they have nothing in common, as far as is known here. */
  async mergeBase(a: string, b: string): Promise<string | null> {
    const found = (await this.#git.read(['merge-base', '--end-of-options', a, b]))?.trim() ?? '';
    return OID.test(found) ? found : null;
  }

  async isShallow(): Promise<boolean> {
    return (await this.#git.read(['rev-parse', '--is-shallow-repository']))?.trim() === 'true';
  }

  /** Asks `origin` for a commit that is not here. Whether it came is seen by reading it. */
  async fetch(commit: string): Promise<void> {
    if ((await this.commit(commit)) === null) await this.#git.fetch(commit, await this.isShallow());
  }

  async entries(commit: string): Promise<readonly TreeEntry[] | Unavailable> {
    const listed = await this.#git.read(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
    if (listed === null) return { unavailable: `the checkout does not have commit ${commit.slice(0, 12)}` };
    const entries: TreeEntry[] = [];
    for (const line of listed.split('\0')) {
      const entry = line === '' ? null : toEntry(line);
      if (entry?.kind === 'submodule') entries.push(...(await this.#submodule(entry)));
      else if (entry !== null) entries.push(entry);
    }
    return entries;
  }

  async contents(wanted: readonly TreeEntry[]): Promise<ReadonlyMap<string, Content>> {
    const batch = new Batch();
    const input = wanted.map(({ oid }) => `${oid}\n`).join('');
    if (wanted.length > 0) await this.#git.read(['cat-file', '--batch'], (chunk) => batch.take(chunk), input);
    const found = new Map(batch.contents);
    for (const submodule of this.#submodules) {
      const left = wanted.filter(({ oid }) => !found.has(oid));
      for (const [oid, content] of await submodule.contents(left)) found.set(oid, content);
    }
    return found;
  }

  /** What is in a submodule that is checked out too, as it is audited with the rest; else itself, a folder with nothing in it. */
  async #submodule(entry: TreeEntry): Promise<readonly TreeEntry[]> {
    const folder = join(this.#git.folder, entry.path.toString());
    if (!existsSync(join(folder, '.git'))) return [entry];
    const objects = new GitObjects(this.#git.at(folder));
    const entries = await objects.entries(entry.oid);
    if ('unavailable' in entries) return [entry];
    this.#submodules.push(objects);
    return entries.map((inner) => ({ ...inner, path: Buffer.concat([entry.path, Buffer.from('/'), inner.path]) }));
  }
}

/** `100644 blob OID<tab>PATH` */
function toEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , oid = ''] = line.slice(0, tab).split(' ');
  const kind = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
  return { kind, oid, path: Buffer.from(line.slice(tab + 1), 'latin1') };
}

interface Coming {
  readonly oid: string;
  readonly size: number;
  readonly chunks: Buffer[];
  /** Bytes, with the line break after them. */
  left: number;
}

/** Reads `OID blob SIZE<newline>CONTENT<newline>` and `OID missing<newline>` as it comes. */
class Batch {
  readonly contents = new Map<string, Content>();
  #header = '';
  /** Null: a header is being read. */
  #current: Coming | null = null;

  take(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0;)
      rest = this.#current === null ? this.#takeHeader(rest) : this.#takeContent(rest, this.#current);
  }

  #takeHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf('\n');
    this.#header += chunk.toString('latin1', 0, end === -1 ? chunk.length : end);
    if (end === -1) return chunk.subarray(chunk.length);
    const [oid = '', type, size = ''] = this.#header.split(' ');
    this.#header = '';
    // Its line break is read with it.
    if (type === 'blob') this.#current = { oid, size: Number(size), chunks: [], left: Number(size) + 1 };
    return chunk.subarray(end + 1);
  }

  #takeContent(chunk: Buffer, current: Coming): Buffer {
    const part = chunk.subarray(0, current.left);
    if (current.size - current.left + 1 < MOST_PEEKED) current.chunks.push(part);
    current.left -= part.length;
    if (current.left === 0) {
      const { oid, size, chunks } = current;
      this.contents.set(oid, { size, bytes: Buffer.concat(chunks).subarray(0, Math.min(size, MOST_PEEKED)) });
      this.#current = null;
    }
    return chunk.subarray(part.length);
  }
}
