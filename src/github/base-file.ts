import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { explain } from './errors.ts';

export type BaseFile =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'absent' }
  /** A sentence: why it cannot be known what the file says. Whoever relies on it must not go on as if it were absent. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** `encoding` is `none` for a file above 1 MB: https://docs.github.com/rest/repos/contents */
const contentsSchema = z.union([
  z.object({ type: z.literal('file'), encoding: z.string(), content: z.string() }),
  z.object({ type: z.string() }),
  z.array(z.unknown()),
]);

/**
 * A file as it is at a commit, through the contents API, whatever is checked out.
 * @param path relative to the repository, normalised, with `/`
 */
export async function readFileAt(client: GitHubClient, path: string, commit: string): Promise<BaseFile> {
  const what = `${path} at commit ${commit.slice(0, 12)}`;
  try {
    const { data } = await client.request(
      { method: 'GET', path: `/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${commit}` },
      contentsSchema,
    );
    if (!('encoding' in data)) return { kind: 'unreadable', reason: `${what} is not a file: commit it as a regular file` };
    if (data.encoding !== 'base64') return { kind: 'unreadable', reason: `${what} is too large to be read: it must be smaller than 1 MB` };
    return decode(data.content, what);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const missing = error.failure.kind === 'refused' && error.failure.status === 404;
    if (missing && (await canSee(client, commit))) return { kind: 'absent' };
    return {
      kind: 'unreadable',
      reason: `${what} could not be read: ${explain(error.failure, { lost: '', permission: 'contents: read', fork: false })}`,
    };
  }
}

/** GitHub also answers 404 where a token may not look: only beside a commit that can be read does it mean that the file is not there. */
async function canSee(client: GitHubClient, commit: string): Promise<boolean> {
  try {
    await client.request({ method: 'GET', path: `/git/commits/${commit}` }, z.object({ sha: z.literal(commit) }));
    return true;
  } catch (error) {
    if (error instanceof GitHubError) return false;
    throw error;
  }
}

function decode(content: string, what: string): BaseFile {
  try {
    return { kind: 'found', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(content, 'base64')) };
  } catch {
    return { kind: 'unreadable', reason: `${what} is not UTF-8 text: save it as UTF-8` };
  }
}
