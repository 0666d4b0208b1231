import { realpathSync, renameSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namedBase, proposalBase, uncheckedOut } from '../../src/base.ts';
import type { Proposal } from '../../src/base.ts';
import { keyOf } from '../../src/domain/resource.ts';
import type { Unavailable } from '../../src/domain/tree.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { GitHubObjects } from '../../src/github/tree.ts';
import type { TreeLimits } from '../../src/github/tree.ts';
import type { Base } from '../../src/run.ts';
import { clientFor } from '../github/client-for.ts';
import { FakeGitHub } from '../support/github-server.ts';
import { commit, git, makeRepository, removeFolders, temporaryFolder, write } from './repository.ts';

const ALL = { paths: ['.'] };

function bucket(name: string): string {
  return `resource "aws_s3_bucket" "${name}" {\n  bucket = "${name}"\n}\n`;
}

/** `main` moved on after `feature` parted from it; `merge` is what GitHub would check out. */
interface Origin {
  readonly folder: string;
  readonly parted: string;
  readonly main: string;
  readonly feature: string;
  readonly merge: string;
}

function makeOrigin(): Origin {
  const folder = realpathSync(makeRepository());
  const parted = commit(folder, { 'main.tf': bucket('parted'), 'same.tf': bucket('same'), 'notes.txt': 'x' });
  git(folder, 'checkout', '--quiet', '-b', 'feature');
  const feature = commit(folder, { 'feature.tf': bucket('feature'), 'same.tf': bucket('same').replace('"same"\n', '"other"\n') });
  git(folder, 'checkout', '--quiet', 'main');
  const main = commit(folder, { 'main.tf': bucket('main') });
  git(folder, 'checkout', '--quiet', '--detach');
  git(folder, 'merge', '--quiet', '--no-ff', '--message', 'merge', feature);
  const merge = git(folder, 'rev-parse', 'HEAD');
  git(folder, 'update-ref', 'refs/pull/7/merge', merge);
  git(folder, 'config', 'uploadpack.allowFilter', 'true');
  return { folder, parted, main, feature, merge };
}

/** As a runner checks a commit out. */
function checkOut(origin: Origin, sha: string, ...how: readonly string[]): string {
  const folder = realpathSync(temporaryFolder());
  git(folder, 'init', '--quiet');
  git(folder, 'remote', 'add', 'origin', `file://${origin.folder}`);
  git(folder, 'fetch', '--quiet', '--no-tags', ...how, 'origin', sha);
  git(folder, 'checkout', '--quiet', '--detach', sha);
  return folder;
}

let github: FakeGitHub;
let origin: Origin;

beforeEach(async () => {
  github = await FakeGitHub.start();
  origin = makeOrigin();
  github.trees.repository = origin.folder;
});
afterEach(async () => {
  removeFolders();
  await github.close();
});

function objects(limits: Partial<TreeLimits> = {}): GitHubObjects {
  return new GitHubObjects(clientFor(github).client, limits);
}

/** Where the main branch was when the event was sent. */
function pull(baseSha = origin.parted): Proposal {
  return { kind: 'pull_request', number: 7, headSha: origin.feature, baseSha, fork: false, draft: false };
}

function baseIn(workspace: string, { event = pull(), sha = origin.merge, limits = {} }: Partial<Asked> = {}): Promise<Base> {
  return proposalBase(event, { sha, workspace }, objects(limits), { PATH: process.env['PATH'], HOME: '/nonexistent' });
}

interface Asked {
  readonly event: Proposal;
  readonly sha: string;
  readonly limits: Partial<TreeLimits>;
}

function addresses(read: Workspace | Unavailable): string[] | string {
  return 'unavailable' in read ? read.unavailable : read.resources.map((resource) => keyOf(resource).replace('\0', ' '));
}

function asked(): string[] {
  return github.requests.map(({ path }) => path.replace('/repos/octo/infra/git', '').replace(/[0-9a-f]{40}/u, 'ID'));
}

const OF_MAIN = ['. aws_s3_bucket.main', '. aws_s3_bucket.same'];
const OF_PARTED = ['. aws_s3_bucket.parted', '. aws_s3_bucket.same'];

describe('the base of a pull request', () => {
  it('of which the merge is checked out with its history is the first parent of the merge, without asking anybody', async () => {
    const base = await baseIn(checkOut(origin, origin.merge));
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked()).toEqual([]);
  });

  it('is fetched where the checkout has one commit only, which stays as it is', async () => {
    const folder = checkOut(origin, origin.merge, '--depth=1');
    const base = await baseIn(folder);
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked()).toEqual([]);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(origin.merge);
    expect(git(folder, 'for-each-ref')).toBe('');
    expect(git(folder, 'rev-list', '--all', 'HEAD').split('\n')).toEqual([origin.merge]);
  });

  it('is read from GitHub where it cannot be fetched, with one request for each file that differs', async () => {
    const folder = checkOut(origin, origin.merge, '--depth=1');
    git(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent');
    const base = await baseIn(folder);
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked()).toEqual(['/commits/ID', '/trees/ID?recursive=1', '/blobs/ID']);
  });

  it('is read from GitHub where git made no checkout', async () => {
    const folder = checkOut(origin, origin.merge);
    rmSync(join(folder, '.git'), { recursive: true });
    const base = await baseIn(folder);
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked()).toEqual(['/commits/ID', '/commits/ID', '/trees/ID?recursive=1', '/blobs/ID']);
  });

  it('is read in part from GitHub where the clone has a filter', async () => {
    const folder = checkOut(origin, origin.merge, '--filter=blob:none');
    const base = await baseIn(folder);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked()).toEqual(['/blobs/ID']);
  });

  it('is where head and base parted, when the head itself is checked out with its history', async () => {
    const base = await baseIn(checkOut(origin, origin.feature), { event: pull(origin.main) });
    expect(base.commit).toBe(origin.main);
    const folder = checkOut(origin, origin.feature);
    git(folder, 'fetch', '--quiet', 'origin', origin.main);
    const parted = await baseIn(folder, { event: pull(origin.main) });
    expect(parted.commit).toBe(origin.parted);
    expect(addresses(await parted.read(ALL))).toEqual(OF_PARTED);
  });

  it.each(['--depth=1', '--depth=5'])("is the event's when the head is checked out with %s", async (depth) => {
    const base = await baseIn(checkOut(origin, origin.feature, depth), { event: pull(origin.main) });
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
  });

  it("is the event's when the merge is not of this head", async () => {
    const event = { ...pull(), headSha: 'c'.repeat(40) };
    expect((await baseIn(checkOut(origin, origin.merge), { event })).commit).toBe(origin.parted);
  });

  it('is found in the folder that the checkout was told to use', async () => {
    const workspace = realpathSync(temporaryFolder());
    mkdirSync(join(workspace, 'another'));
    renameSync(checkOut(origin, origin.merge), join(workspace, 'code'));
    const base = await baseIn(workspace);
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(['code aws_s3_bucket.main', 'code aws_s3_bucket.same']);
    expect(asked()).toEqual([]);
  });

  it('of a merge queue is that of the group', async () => {
    const event: Proposal = { kind: 'merge_group', headSha: origin.merge, baseSha: origin.main };
    const base = await baseIn(checkOut(origin, origin.merge, '--depth=1'), { event });
    expect(base.commit).toBe(origin.main);
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
  });

  it('that cannot be had says why and what to do', async () => {
    const folder = checkOut(origin, origin.merge, '--depth=1');
    git(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent');
    github.visibility = 'private';
    github.permissions = {};
    expect(addresses(await (await baseIn(folder)).read(ALL))).toBe(
      `The files of commit ${origin.main.slice(0, 12)} could not be read from GitHub: the token may not do this. Add the line \`contents: read\` under \`permissions:\` of the job. ` +
        '(GitHub said: Resource not accessible by integration; it accepts contents=read) Check out with `fetch-depth: 0`, or give the job `contents: read`.',
    );
    github.permissions = { contents: 'read' };
    github.trees.lost.add(origin.main);
    expect(addresses(await (await baseIn(folder)).read(ALL))).toMatch(
      /^The files of commit [0-9a-f]{12} could not be read from GitHub: .* gone/u,
    );
  });

  it('whose content GitHub no longer has is not taken for one without that file', async () => {
    const folder = checkOut(origin, origin.merge);
    rmSync(join(folder, '.git'), { recursive: true });
    github.trees.lost.add(git(origin.folder, 'rev-parse', `${origin.main}:same.tf`));
    expect(addresses(await (await baseIn(folder)).read(ALL))).toMatch(/^"same.tf" of the commit could not be read from GitHub: /u);
  });

  it('of which more files differ than are asked for is not read in part', async () => {
    const folder = checkOut(origin, origin.merge);
    rmSync(join(folder, '.git'), { recursive: true });
    write(folder, { 'main.tf': '' });
    expect(addresses(await (await baseIn(folder, { limits: { contents: 1 } })).read(ALL))).toBe(
      '2 more files would have to be asked for one by one, and at most 1 are. Check out with `fetch-depth: 0`, or give the job `contents: read`.',
    );
    expect(asked().filter((path) => path.startsWith('/blobs'))).toEqual([]);
  });

  it('whose list of files GitHub cuts is listed folder by folder', async () => {
    git(origin.folder, 'checkout', '--quiet', '--detach', origin.main);
    const deep = { 'a/b/c/one.tf': bucket('one'), 'a/b/two.tf': bucket('two'), 'd/three.tf': bucket('three'), 'd/x.txt': '' };
    const baseSha = commit(origin.folder, deep);
    github.trees.mostListed = 3;
    const event = { ...pull(baseSha), headSha: 'c'.repeat(40) };
    const base = await baseIn(temporaryFolder(), { event });
    expect(addresses(await base.read(ALL))).toEqual([
      '. aws_s3_bucket.main',
      '. aws_s3_bucket.same',
      'a/b aws_s3_bucket.two',
      'a/b/c aws_s3_bucket.one',
      'd aws_s3_bucket.three',
    ]);
    const limited = await baseIn(temporaryFolder(), { event, limits: { folders: 2 } });
    expect(addresses(await limited.read(ALL))).toMatch(/^Commit [0-9a-f]{12} has more folders than GitHub lists\./u);
  });

  it.each([500, 'reset', 'cut'] as const)('survives an answer that is %s', async (as) => {
    const folder = checkOut(origin, origin.merge);
    rmSync(join(folder, '.git'), { recursive: true });
    for (const path of [/commits/u, /trees/u, /blobs/u]) github.fault({ method: 'GET', path, when: 'after', as });
    expect(addresses(await (await baseIn(folder)).read(ALL))).toEqual(OF_MAIN);
  });

  it('takes no content for another than was asked for', async () => {
    const folder = checkOut(origin, origin.merge);
    rmSync(join(folder, '.git'), { recursive: true });
    const json = { encoding: 'base64', content: Buffer.from(bucket('forged')).toString('base64') };
    github.fault({ method: 'GET', path: /blobs/u, when: 'before', as: { status: 200, json }, times: 10 });
    expect(addresses(await (await baseIn(folder)).read(ALL))).toMatch(/GitHub gave another content than was asked for/u);
  });
});

describe('a commit that is not checked out', () => {
  it('is audited from GitHub, and its base for one request a file that differs', async () => {
    const workspace = temporaryFolder();
    const shared = objects();
    const base = await proposalBase(pull(), { sha: origin.merge, workspace }, shared, process.env);
    expect(base.commit).toBe(origin.main);
    expect(addresses(await uncheckedOut(origin.merge, shared)(ALL))).toEqual([
      '. aws_s3_bucket.feature',
      '. aws_s3_bucket.main',
      '. aws_s3_bucket.same',
    ]);
    const before = asked().length;
    expect(addresses(await base.read(ALL))).toEqual(OF_MAIN);
    expect(asked().slice(before)).toEqual(['/commits/ID', '/trees/ID?recursive=1', '/blobs/ID']);
  });

  it('that is too large ends with what to add', async () => {
    await expect(uncheckedOut(origin.merge, objects({ contents: 2 }))(ALL)).rejects.toThrow(
      'Nothing is checked out, and the commit cannot be audited without: 3 more files would have to be asked for one by one, and at most 2 are. ' +
        'Add the step `uses: actions/checkout` before this one.',
    );
  });

  it('has a file that is too large to be had as one that is not read', async () => {
    const read = await uncheckedOut(origin.merge, objects({ bytes: 10 }))(ALL);
    expect(read.coverage.failed.map(({ path, reason }) => `${path}: ${reason}`)).toEqual(
      ['feature.tf', 'main.tf', 'same.tf'].map((path) => `${path}: it is larger than 5 MiB; split it, or leave it out of the paths`),
    );
  });
});

describe('a base that is named', () => {
  it('is where it and what is checked out parted, and below the audited folder', async () => {
    const folder = realpathSync(makeRepository());
    const first = commit(folder, { 'live/main.tf': bucket('first'), 'other/x.tf': bucket('x') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'live/main.tf': bucket('second') });
    git(folder, 'checkout', '--quiet', 'main');
    const moved = commit(folder, { 'live/main.tf': bucket('third') });
    git(folder, 'tag', 'v1', moved);
    git(folder, 'checkout', '--quiet', 'feature');
    write(folder, { 'live/main.tf': bucket('uncommitted') });
    for (const name of ['main', 'v1', moved, first, 'HEAD~1']) {
      const base = await namedBase(name, join(folder, 'live'), process.env);
      expect(base.commit).toBe(first);
      expect(addresses(await base.read(ALL))).toEqual(['. aws_s3_bucket.first']);
    }
    const head = await namedBase('HEAD', join(folder, 'live'), process.env);
    expect(addresses(await head.read(ALL))).toEqual(['. aws_s3_bucket.second']);
  });

  it('that cannot be found says what to do', async () => {
    const folder = realpathSync(makeRepository());
    commit(folder, { 'main.tf': '' });
    git(folder, 'checkout', '--quiet', '--orphan', 'alone');
    commit(folder, { 'main.tf': 'locals {}\n' });
    await expect(namedBase('main', folder, process.env)).rejects.toThrow(
      '--base: "main" and what is checked out have no commit in common, as far as this clone reaches: fetch more of the history (`git fetch --unshallow`), or name another commit',
    );
    await expect(namedBase('nowhere', folder, process.env)).rejects.toThrow(
      `--base: git knows no commit "nowhere" in ${folder}: give a branch, tag or commit that is there, or fetch it first`,
    );
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'main.tf'), '');
    await expect(namedBase('main', outside, process.env)).rejects.toThrow(
      `--base: ${outside} is in no git repository, so there is nothing to compare with: leave it out`,
    );
    await expect(namedBase('main', folder, { PATH: outside })).rejects.toThrow(`--base: git knows no commit "main" in ${folder}`);
  });
});
