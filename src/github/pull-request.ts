/** What a pull request is now: its head, and the lines it changes. */
import { z } from 'zod';
import type { ChangedFile } from '../report/suggestions.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { userSchema } from './identity.ts';
import type { User } from './identity.ts';

/** GitHub lists 3,000 files of a pull request at most. */
const MOST_PAGES = 30;

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

const filesSchema = z.array(
  z
    .object({ filename: z.string(), patch: z.string().optional() })
    .transform(({ filename, patch }): ChangedFile => ({ file: filename, patch: patch ?? null })),
);

/**
 * True when the head is no longer what was audited. When the token may not read the pull request it may still comment: then the head
 * is taken to be this one.
 * @throws GitHubError
 */
export async function hasMovedOn(client: GitHubClient, number: number, headSha: string): Promise<boolean> {
  try {
    const { data } = await client.request({ method: 'GET', path: `/pulls/${number}` }, z.object({ head: z.object({ sha: z.string() }) }));
    return data.head.sha !== headSha;
  } catch (error) {
    if (error instanceof GitHubError && error.failure.kind === 'refused' && [403, 404].includes(error.failure.status)) return false;
    throw error;
  }
}

export interface Pull {
  readonly number: number;
  readonly open: boolean;
  readonly draft: boolean;
  readonly headSha: string;
  readonly baseSha: string;
  readonly headBranch: string;
  /** `OWNER/NAME`; null: it is gone. */
  readonly headRepository: string | null;
  readonly author: User;
  readonly commits: number;
}

const pullSchema = z
  .object({
    number: z.number().int(),
    state: z.string(),
    draft: z.boolean().default(false),
    user: userSchema,
    commits: z.number().int(),
    head: z.object({ sha: z.string().regex(SHA), ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
    base: z.object({ sha: z.string().regex(SHA) }),
  })
  .transform(({ number, state, draft, user, commits, head, base }): Pull => ({
    number,
    open: state === 'open',
    draft,
    headSha: head.sha,
    baseSha: base.sha,
    headBranch: head.ref,
    headRepository: head.repo?.full_name ?? null,
    author: user,
    commits,
  }));

/** A pull request as it is now. @throws GitHubError */
export async function readPull(client: GitHubClient, number: number): Promise<Pull> {
  return (await client.request({ method: 'GET', path: `/pulls/${number}` }, pullSchema)).data;
}

/**
 * What a runner checks out for a pull request: the merge of its head and its base, as GitHub keeps it; the head where there is none
 * of this head, as with a conflict.
 * @throws GitHubError
 */
export async function proposedCommit(client: GitHubClient, number: number, headSha: string): Promise<string> {
  try {
    const ref = z.object({ object: z.object({ sha: z.string().regex(SHA) }) });
    const { sha } = (await client.request({ method: 'GET', path: `/git/ref/pull/${number}/merge` }, ref)).data.object;
    const commit = z.object({ parents: z.array(z.object({ sha: z.string() })) });
    const { parents } = (await client.request({ method: 'GET', path: `/git/commits/${sha}` }, commit)).data;
    return parents.length === 2 && parents[1]?.sha === headSha ? sha : headSha;
  } catch (error) {
    if (error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 404) return headSha;
    throw error;
  }
}

/** @throws GitHubError */
export async function changedFiles(client: GitHubClient, number: number): Promise<ChangedFile[]> {
  return (await client.pages(`/pulls/${number}/files`, MOST_PAGES, filesSchema)).items;
}
