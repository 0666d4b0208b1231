import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { commit, git, makeRepository, removeFolders } from '../git/repository.ts';
import { FakeGitHub } from '../support/github-server.ts';
import { mergeGroup, pullRequest, push, removeRuns, runAction } from '../support/runner.ts';
import type { ActionRun, RunnerEvent } from '../support/runner.ts';

/** A volume that is not encrypted and a bucket anybody may write to, as the base has them. */
const BASE = {
  'disk.tf': 'resource "aws_ebs_volume" "disk" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n',
  'open.tf': 'resource "aws_s3_bucket" "open" {\n  bucket = "open"\n  acl    = "public-read-write"\n}\n',
};
const OPENED = 'resource "aws_s3_bucket" "opened" {\n  bucket = "opened"\n  acl    = "public-read-write"\n}\n';

let github: FakeGitHub;
let origin: string;
let base: string;

beforeEach(async () => {
  github = await FakeGitHub.start();
  origin = realpathSync(makeRepository());
  github.trees.repository = origin;
  base = commit(origin, BASE);
  git(origin, 'checkout', '--quiet', '-b', 'feature');
});
afterEach(async () => {
  removeFolders();
  await github.close();
});
afterAll(removeRuns);

/** The merge of a change that GitHub makes; `head` is the change itself. */
function propose(changes: Parameters<typeof commit>[1]): { head: string; merge: string } {
  const head = commit(origin, changes);
  git(origin, 'checkout', '--quiet', '--detach', 'main');
  git(origin, 'merge', '--quiet', '--no-ff', '--message', 'merge', head);
  const merge = git(origin, 'rev-parse', 'HEAD');
  for (const [sha, number] of [
    [head, 7],
    [merge, 8],
  ] as const)
    github.pull({ number, headSha: sha, baseSha: base });
  return { head, merge };
}

function checkOut(sha: string): string {
  const folder = makeRepository();
  git(folder, 'remote', 'add', 'origin', `file://${origin}`);
  git(folder, 'fetch', '--quiet', '--depth=1', '--no-tags', 'origin', sha);
  git(folder, 'checkout', '--quiet', '--detach', sha);
  return folder;
}

function audit(event: RunnerEvent, files: string | Record<string, string>, inputs: Record<string, string> = {}): Promise<ActionRun> {
  const named = { 'temporal-address': inject('temporalAddress'), 'report-file': 'out/report.json', ...inputs };
  return runAction({ github, event, files, inputs: named });
}

interface Told {
  readonly verdict: { readonly outcome: string; readonly reasons: readonly string[] };
  readonly resources: readonly { readonly address: string; readonly workflowId: string | null }[];
}

/** The verdict, and which resources were audited. */
function told(run: ActionRun): { verdict: string; audited: string[] } {
  const { verdict, resources } = JSON.parse(readFileSync(path.join(run.workspace, 'out', 'report.json'), 'utf8')) as Told;
  return {
    verdict: [verdict.outcome, ...verdict.reasons].join(': '),
    audited: resources.filter(({ workflowId }) => workflowId !== null).map(({ address }) => address),
  };
}

describe('a pull request that is checked out as usual', () => {
  it('is judged by what it adds, and audits what it changes', async () => {
    const { head, merge } = propose({ 'opened.tf': OPENED });
    const run = await audit(pullRequest({ number: 7, headSha: head, baseSha: base, mergeSha: merge }), checkOut(merge));

    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(told(run)).toEqual({
      verdict: expect.stringMatching(/^fail: [0-9]+ new CRITICAL findings?$/u),
      audited: ['aws_s3_bucket.opened'],
    });
  });

  it('passes when it changes nothing that is bad already', async () => {
    const { head, merge } = propose({ 'README.md': 'words' });
    const run = await audit(pullRequest({ number: 7, headSha: head, baseSha: base, mergeSha: merge }), checkOut(merge));

    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(told(run)).toEqual({ verdict: expect.stringMatching(/^pass/u), audited: [] });
  });

  it('counts all as new when the base cannot be had', async () => {
    const { head, merge } = propose({ 'README.md': 'words' });
    const folder = checkOut(merge);
    git(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent');
    github.trees.lost.add(base);
    github.commit(base);
    github.fault({ method: 'GET', path: /\/git\/trees\//u, when: 'before', as: 403, times: 9 });
    const run = await audit(pullRequest({ number: 7, headSha: head, baseSha: base, mergeSha: merge }), folder);

    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(told(run).verdict).toMatch(/^fail: [0-9]+ CRITICAL finding/u);
    expect(told(run).audited).toEqual(['aws_ebs_volume.disk', 'aws_s3_bucket.open']);
  });
});

describe('other events', () => {
  it('a merge queue audits everything, and counts what is new when it is asked to', async () => {
    const { merge } = propose({ 'README.md': 'words' });
    const audited = ['aws_ebs_volume.disk', 'aws_s3_bucket.open'];

    const all = told(await audit(mergeGroup(merge, base), checkOut(merge)));
    expect(all).toEqual({ verdict: expect.stringMatching(/^fail: [0-9]+ CRITICAL finding/u), audited });
    const fresh = told(await audit(mergeGroup(merge, base), checkOut(merge), { block: 'new' }));
    expect(fresh).toEqual({ verdict: expect.stringMatching(/^pass/u), audited });
  });

  it('a push is compared with nothing', async () => {
    const run = await audit(push(base), checkOut(base));
    expect(told(run).audited).toEqual(['aws_ebs_volume.disk', 'aws_s3_bucket.open']);
    expect(run.exitCode).toBe(1);
  });
});

describe('a job without a checkout', () => {
  it('audits the pull request from GitHub, and says so', async () => {
    const { head, merge } = propose({ 'opened.tf': OPENED, 'linked.tf': { link: 'disk.tf' } });
    const run = await audit(pullRequest({ number: 7, headSha: head, baseSha: base, mergeSha: merge }), {});

    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(told(run).verdict).toMatch(/^fail: [0-9]+ new CRITICAL finding/u);
    expect(told(run).audited).toContain('aws_s3_bucket.opened');
    expect(told(run).audited).not.toContain('aws_s3_bucket.open');
    expect(run.commands.filter(({ name }) => name === 'notice').map(({ data }) => data)).toContain(
      `Nothing is checked out, so the files of commit ${merge.slice(0, 12)} are read from GitHub one by one.`,
    );
  });

  it('ends with what to add when GitHub does not give the files', async () => {
    github.visibility = 'private';
    github.permissions = { contents: 'read' };
    github.fault({ method: 'GET', path: /\/git\/trees\//u, when: 'before', as: 404, times: 9 });
    const run = await audit(push(base), {});

    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('Nothing is checked out, and the commit cannot be audited without: ');
    expect(run.stdout).toContain('Add the step `uses: actions/checkout` before this one.');
  });
});
