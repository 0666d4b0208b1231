import { z } from 'zod';
import type { GitHubClient } from './client.ts';

export interface ChangedFile {
  readonly path: string;
  /** `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`. */
  readonly status: string;
  /** Of a renamed file. */
  readonly previousPath: string | null;
}

export interface ChangedFiles {
  readonly files: readonly ChangedFile[];
  /** False when there may be more: GitHub lists 3,000 files at most. */
  readonly complete: boolean;
}

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MOST = 3000;

const fileSchema = z.object({ filename: z.string(), status: z.string(), previous_filename: z.string().optional() });

/** Files that a pull request changes. @throws GitHubError */
export async function changedFiles(client: GitHubClient, number: number): Promise<ChangedFiles> {
  const { items, complete } = await client.pages(`/pulls/${number}/files`, MOST / 100, z.array(fileSchema));
  const files = items.map(({ filename, status, previous_filename: previous = null }) => ({
    path: filename,
    status,
    previousPath: previous,
  }));
  return { files, complete: complete && files.length < MOST };
}
