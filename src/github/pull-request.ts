/** What a pull request is now: its head, and the lines it changes. */
import { z } from 'zod';
import type { ChangedFile } from '../report/suggestions.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';

/** GitHub lists 3,000 files of a pull request at most. */
const MOST_PAGES = 30;

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

/** @throws GitHubError */
export async function changedFiles(client: GitHubClient, number: number): Promise<ChangedFile[]> {
  return (await client.pages(`/pulls/${number}/files`, MOST_PAGES, filesSchema)).items;
}
