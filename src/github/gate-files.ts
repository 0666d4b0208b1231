/** What a pull request does to the files that decide whether and how it is audited. */
import type { GateFile } from '../domain/gate-changes.ts';
import { isGateConfiguration } from '../domain/gate-changes.ts';
import { readFileAt } from './base-file.ts';
import type { GitHubClient } from './client.ts';
import { deliver } from './errors.ts';
import type { Delivery } from './errors.ts';
import type { PullRequestEvent } from './event.ts';
import { changedFiles } from './pull-request.ts';

/** Each takes two requests; a change to more of them is told by these. */
const MOST_FILES = 20;

/** @param policyFile relative to the repository */
export async function readGateFiles(
  client: GitHubClient,
  { number, headSha, baseSha, fork }: PullRequestEvent,
  policyFile: string,
): Promise<Delivery<GateFile[]>> {
  const purpose = { lost: 'What this change does to the gate itself is not told', permission: 'pull-requests: read', fork };
  return deliver(purpose, async () => {
    const changed = await changedFiles(client, number);
    const paths = changed.map(({ file }) => file).filter((file) => isGateConfiguration(file, policyFile));
    const textAt = async (path: string, commit: string): Promise<string | null> => {
      const file = await readFileAt(client, path, commit);
      // What cannot be read differs from every text, and is no policy.
      return file.kind === 'found' ? file.text : file.kind === 'absent' ? null : file.reason;
    };
    const files: GateFile[] = [];
    for (const path of paths.slice(0, MOST_FILES))
      files.push({ path, before: await textAt(path, baseSha), after: await textAt(path, headSha) });
    return files;
  });
}
