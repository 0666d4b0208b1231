/** Commits, trees and blobs of the fake GitHub: those of a real repository, or such as were added. https://docs.github.com/rest/git */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';

export class FakeTrees {
  /** Folder of the repository; null: no commit has a tree here. */
  repository: string | null = null;
  /** Entries above which the list of all that is below a tree is cut. */
  mostListed = 100_000;
  /** Objects that GitHub no longer has. */
  readonly lost = new Set<string>();

  /** What was added, by the end of the path it is asked with. */
  readonly #added = new Map<string, unknown>();

  /** A commit without parents. Its tree is listed whole, however it is asked for. */
  add(sha: string, files: ReadonlyMap<string, Buffer>): void {
    const list = [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', size: content.length, sha: nameOf(content) }));
    const tree = createHash('sha1').update(JSON.stringify(list)).digest('hex');
    this.#added.set(`commits/${sha}`, { sha, tree: { sha: tree }, parents: [] });
    this.#added.set(`trees/${tree}`, { sha: tree, tree: list, truncated: false });
    for (const content of files.values())
      this.#added.set(`blobs/${nameOf(content)}`, { encoding: 'base64', content: content.toString('base64') });
  }

  /** Null for what is asked of others. */
  reply(path: string, url: URL): Reply | null {
    const [, kind, id] = /^\/git\/(commits|trees|blobs)\/([0-9a-f]+)$/u.exec(path) ?? [];
    const added = this.#added.get(`${kind}/${id}`);
    if (added !== undefined) return { status: 200, json: added };
    if (kind === undefined || id === undefined || this.repository === null) return null;
    if (this.lost.has(id)) return refusal(404, 'Not Found');
    const type = this.#git('cat-file', '-t', id)?.toString().trim();
    if (type === undefined) return kind === 'commits' ? null : refusal(404, 'Not Found');
    switch (kind) {
      case 'commits':
        return this.#commit(id);
      case 'trees':
        return this.#tree(id, url.searchParams.get('recursive') === '1');
      default:
        return this.#blob(id);
    }
  }

  #commit(sha: string): Reply {
    const text = this.#git('cat-file', 'commit', sha)?.toString() ?? '';
    const named = (name: string) => [...text.matchAll(new RegExp(`^${name} ([0-9a-f]+)$`, 'gmu'))].map((match) => ({ sha: match[1] }));
    return { status: 200, json: { sha, tree: named('tree')[0], parents: named('parent') } };
  }

  #tree(sha: string, recursive: boolean): Reply {
    const listed = this.#git('ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), sha)?.toString() ?? '';
    const tree = listed
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [, mode = '', type, object, size, path] = /^(\d+) (\w+) (\w+) +(\S+)\t([^]*)$/u.exec(line) ?? [];
        return { path, mode, type, sha: object, ...(type === 'blob' ? { size: Number(size) } : {}) };
      });
    const cut = recursive && tree.length > this.mostListed;
    return { status: 200, json: { sha, tree: cut ? tree.slice(0, this.mostListed) : tree, truncated: cut } };
  }

  #blob(sha: string): Reply {
    const content = this.#git('cat-file', 'blob', sha) ?? Buffer.alloc(0);
    const encoded = content.toString('base64').replaceAll(/(.{60})/gu, '$1\n');
    return { status: 200, json: { sha, size: content.length, encoding: 'base64', content: encoded } };
  }

  #git(...args: readonly string[]): Buffer | undefined {
    try {
      return execFileSync('git', args, { cwd: this.repository ?? '/', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return undefined;
    }
  }
}

/** Git's name of a content. */
function nameOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
