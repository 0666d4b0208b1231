/** Where the commit comes from that a change is compared with, and the change itself where nothing is checked out. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, quote } from './config/problem.ts';
import { Explained } from './domain/explained.ts';
import type { Objects, TreeEntry, Unavailable } from './domain/tree.ts';
import type { Workspace } from './domain/workspace.ts';
import { checkedOut } from './git/checked-out.ts';
import type { Environment } from './git/environment.ts';
import { checkoutAround, Git } from './git/git.ts';
import { GitObjects } from './git/objects.ts';
import { readCommit } from './git/reading.ts';
import type { Event, RunContext } from './github/event.ts';
import type { GitHubObjects } from './github/tree.ts';
import type { Asked } from './iac/workspace.ts';
import type { Base } from './run.ts';

/**
 * The commit that a person names, or rather where the checked-out commit and it part: of a branch that moved on
 * meanwhile, what was added there is no change of theirs.
 * @param root absolute path of the audited folder
 * @throws ConfigurationError
 */
export async function namedBase(reference: string, root: string, environment: Environment): Promise<Base> {
  const refuse = (message: string) => new ConfigurationError([{ where: '--base', message }]);
  const checkout = checkoutAround(realpathSync(root));
  if (checkout === null) throw refuse(`${root} is in no git repository, so there is nothing to compare with: leave it out`);
  const objects = new GitObjects(new Git(checkout.folder, environment));
  const named = await objects.commit(reference);
  if (named === null) {
    throw refuse(
      `git knows no commit ${quote(reference)} in ${checkout.folder}: give a branch, tag or commit that is there, or fetch it first`,
    );
  }
  const commit = await objects.mergeBase('HEAD', named);
  if (commit === null) {
    throw refuse(
      `${quote(reference)} and what is checked out have no commit in common, as far as this clone reaches: fetch more of the history (\`git fetch --unshallow\`), or name another commit`,
    );
  }
  const place = { checkout: checkout.folder, prefix: checkout.prefix };
  return {
    commit,
    read: async (asked) => {
      const entries = await objects.entries(commit);
      if ('unavailable' in entries) return sentence(entries, '`git fsck` tells more.');
      const read = await readCommit(entries, [checkedOut(checkout.folder), objects], place, asked);
      return 'unavailable' in read ? sentence(read, 'In a clone with a filter, fetch the commit without one.') : read;
    },
  };
}

/** An event that proposes a change to a branch. */
export type Proposal = Extract<Event, { readonly baseSha: string }>;

/** @param github where commits are asked for that the checkout does not have and cannot fetch */
export async function proposalBase(
  event: Proposal,
  { sha, workspace }: Pick<RunContext, 'sha' | 'workspace'>,
  github: GitHubObjects,
  environment: Environment,
): Promise<Base> {
  const folder = isEmpty(workspace) ? null : realpathSync(workspace);
  const { git, below } = await checkoutIn(folder, [sha, event.headSha], environment);
  const commit = event.kind === 'merge_group' ? event.baseSha : await baseOf(event, sha, git, github);
  return {
    commit,
    read: async (asked) => {
      const found = await entriesOf(commit, git, github);
      if ('unavailable' in found) return sentence(found, REMEDY);
      const entries =
        below === '' ? found : found.map((entry) => ({ ...entry, path: Buffer.concat([Buffer.from(`${below}/`), entry.path]) }));
      const local = [...(folder === null ? [] : [checkedOut(folder)]), ...(git === null ? [] : [git])];
      const read = await readCommit(entries, [...local, github], { checkout: folder, prefix: '' }, asked);
      return 'unavailable' in read ? sentence(read, REMEDY) : read;
    },
  };
}

/**
 * The checkout of one of the commits: the workspace itself, or a folder in it that the checkout was told to use.
 * One that was made without git, as it is where git is not installed, has no objects.
 */
async function checkoutIn(folder: string | null, commits: readonly string[], environment: Environment): Promise<Place> {
  for (const below of folder === null ? [] : ['', ...readdirSync(folder)]) {
    const inside = join(folder ?? '', below);
    if (!existsSync(join(inside, '.git'))) continue;
    const git = new GitObjects(new Git(inside, environment));
    if (below === '' || commits.includes((await git.commit('HEAD')) ?? '')) return { git, below };
  }
  return { git: null, below: '' };
}

interface Place {
  readonly git: GitObjects | null;
  /** Its folder in the workspace; empty: the workspace. */
  readonly below: string;
}

const REMEDY = 'Check out with `fetch-depth: 0`, or give the job `contents: read`.';

/**
 * What is checked out by default is the merge that GitHub made of the base and the head: then the change is what it adds to
 * its first parent, whatever the base was when the event was sent. Where the head itself is checked out, the change is what
 * it adds to where it parted from the base, if the clone reaches that far.
 */
async function baseOf(
  { headSha, baseSha }: Pick<Extract<Proposal, { kind: 'pull_request' }>, 'headSha' | 'baseSha'>,
  sha: string,
  git: GitObjects | null,
  github: GitHubObjects,
): Promise<string> {
  const checkedOutCommit = git === null ? sha : await git.commit('HEAD');
  if (checkedOutCommit === sha) {
    const [base, merged, ...others] = await (git ?? github).parents(sha);
    if (base !== undefined && merged === headSha && others.length === 0) return base;
  }
  if (git !== null && checkedOutCommit === headSha && !(await git.isShallow())) return (await git.mergeBase(headSha, baseSha)) ?? baseSha;
  return baseSha;
}

async function entriesOf(commit: string, git: GitObjects | null, github: Objects): Promise<readonly TreeEntry[] | Unavailable> {
  if (git !== null) {
    const here = await git.entries(commit);
    if (!('unavailable' in here)) return here;
    await git.fetch(commit);
    const fetched = await git.entries(commit);
    if (!('unavailable' in fetched)) return fetched;
  }
  return github.entries(commit);
}

function sentence({ unavailable }: Unavailable, remedy: string): Unavailable {
  const first = `${unavailable.charAt(0).toUpperCase()}${unavailable.slice(1)}`;
  return { unavailable: `${first}${/[.)]$/u.test(first) ? '' : '.'} ${remedy}` };
}

/** Whether there is no file in a folder, or no folder. */
export function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** Reads a commit that is not checked out, all of it from GitHub. */
export function uncheckedOut(commit: string, github: Objects): (asked: Asked) => Promise<Workspace> {
  return async (asked) => {
    const entries = await github.entries(commit);
    const read = 'unavailable' in entries ? entries : await readCommit(entries, [github], { checkout: null, prefix: '' }, asked);
    if ('unavailable' in read) {
      const { unavailable } = sentence(read, 'Add the step `uses: actions/checkout` before this one.');
      throw new Explained(`Nothing is checked out, and the commit cannot be audited without: ${unavailable}`);
    }
    return read;
  };
}
