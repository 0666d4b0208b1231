/** Commits as GitHub's API gives them, for when they are not in the checkout. https://docs.github.com/rest/git */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Content, Objects, TreeEntry, Unavailable } from '../domain/tree.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { explain } from './errors.ts';

export interface TreeLimits {
  /** Contents that are asked for in all; a request each. */
  readonly contents: number;
  /** Lists of folders that are asked for where GitHub cuts the list of all. */
  readonly folders: number;
  /** Bytes of a content; of a larger one only the size is given. */
  readonly bytes: number;
}

const LIMITS: TreeLimits = { contents: 300, folders: 100, bytes: 16 * 1024 * 1024 };

/** Requests at a time; GitHub takes 100 of all jobs together. */
const AT_A_TIME = 8;

const oid = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u);
const commitSchema = z.object({ tree: z.object({ sha: oid }), parents: z.array(z.object({ sha: oid })) });
const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), sha: oid, size: z.number().optional() })),
});
const blobSchema = z.object({ encoding: z.literal('base64'), content: z.string() });

type Listed = z.output<typeof treeSchema>['tree'][number];

export class GitHubObjects implements Objects {
  readonly #client: GitHubClient;
  readonly #limits: TreeLimits;
  readonly #sizes = new Map<string, number>();
  /** What was asked for already; a head and its base have most in common. */
  readonly #contents = new Map<string, Content>();
  #asked = 0;

  constructor(client: GitHubClient, limits: Partial<TreeLimits> = {}) {
    this.#client = client;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Of a commit; none when it cannot be read. */
  async parents(commit: string): Promise<string[]> {
    const found = await this.#attempt(`commit ${commit.slice(0, 12)}`, () => this.#commit(commit));
    return 'unavailable' in found ? [] : found.parents.map(({ sha }) => sha);
  }

  async entries(commit: string): Promise<readonly TreeEntry[] | Unavailable> {
    return this.#attempt(`the files of commit ${commit.slice(0, 12)}`, async () => {
      const entries: TreeEntry[] = [];
      const pending = [{ sha: (await this.#commit(commit)).tree.sha, below: '' }];
      for (let folders = 1; pending.length > 0; folders += 1) {
        if (folders > this.#limits.folders) return { unavailable: `commit ${commit.slice(0, 12)} has more folders than GitHub lists` };
        const { sha, below } = pending.pop() ?? { sha: '', below: '' };
        const whole = await this.#tree(sha, '?recursive=1');
        // A list that was cut is of no use: what lies directly in the folder, and then each folder below it.
        const { tree, truncated } = whole.truncated ? await this.#tree(sha, '') : whole;
        if (truncated) return { unavailable: `commit ${commit.slice(0, 12)} has a folder of more files than GitHub lists` };
        for (const each of tree) {
          const entry = this.#toEntry(each, below);
          if (entry !== null) entries.push(entry);
          else if (whole.truncated) pending.push({ sha: each.sha, below: `${below}${each.path}/` });
        }
      }
      return entries;
    });
  }

  async contents(wanted: readonly TreeEntry[]): Promise<ReadonlyMap<string, Content> | Unavailable> {
    const missing = new Map(wanted.filter(({ oid: id }) => !this.#contents.has(id)).map((entry) => [entry.oid, entry]));
    if (this.#asked + missing.size > this.#limits.contents) {
      return { unavailable: `${missing.size} more files would have to be asked for one by one, and at most ${this.#limits.contents} are` };
    }
    this.#asked += missing.size;
    const queue = [...missing.values()];
    const refusals: Unavailable[] = [];
    const work = async (): Promise<void> => {
      for (let entry = queue.pop(); entry !== undefined && refusals.length === 0; entry = queue.pop()) {
        const content = await this.#content(entry);
        if ('unavailable' in content) refusals.push(content);
        else this.#contents.set(entry.oid, content);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return refusals[0] ?? this.#contents;
  }

  async #content({ oid: id, path }: TreeEntry): Promise<Content | Unavailable> {
    const size = this.#sizes.get(id) ?? 0;
    if (size > this.#limits.bytes) return { size, bytes: null };
    return this.#attempt(`${JSON.stringify(path.toString())} of the commit`, async () => {
      const { data } = await this.#client.request({ method: 'GET', path: `/git/blobs/${id}` }, blobSchema);
      const bytes = Buffer.from(data.content, 'base64');
      const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
      if (hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') !== id)
        throw new GitHubError({ kind: 'unclear', reason: 'GitHub gave another content than was asked for' });
      return { size: bytes.length, bytes };
    });
  }

  async #commit(sha: string): Promise<z.output<typeof commitSchema>> {
    return (await this.#client.request({ method: 'GET', path: `/git/commits/${sha}` }, commitSchema)).data;
  }

  async #tree(sha: string, query: string): Promise<z.output<typeof treeSchema>> {
    return (await this.#client.request({ method: 'GET', path: `/git/trees/${sha}${query}` }, treeSchema)).data;
  }

  /** Null for a folder. */
  #toEntry({ path, mode, sha, size = 0 }: Listed, below: string): TreeEntry | null {
    if (mode === '040000') return null;
    this.#sizes.set(sha, size);
    const kind = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
    return { kind, oid: sha, path: Buffer.from(`${below}${path}`) };
  }

  async #attempt<T>(what: string, ask: () => Promise<T | Unavailable>): Promise<T | Unavailable> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      const words = explain(error.failure, { lost: '', permission: 'contents: read', fork: false });
      return { unavailable: `${what} could not be read from GitHub: ${words}` };
    }
  }
}
