/** From a pull request that has to wait to the comment that lets it through, over a real Temporal server and the built action. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { FakeGitHub } from '../support/github-server.ts';
import type { User } from '../support/github-server.ts';
import { AUTHOR } from '../support/github-people.ts';
import { issueComment, pullRequest, removeRuns, runAction } from '../support/runner.ts';
import type { ActionRun, RunnerEvent } from '../support/runner.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'd'.repeat(40);
const BASE = 'c'.repeat(40);
const ALICE: User = { id: 201, login: 'alice', type: 'User' };
const POLICY = { '.github/infra-audit.yml': 'version: 1\napproval: {severity: critical, deadline: 1h}\n' };
const PUBLIC = { 'main.tf': 'resource "aws_s3_bucket" "site" {\n  bucket = "site"\n  acl    = "public-read-write"\n}\n' };

let github: FakeGitHub;
let key: string;

beforeEach(async () => {
  github = await FakeGitHub.start();
  key = randomBytes(32).toString('base64');
  github.commit(BASE, { ...POLICY, 'main.tf': '' });
  github.commit(HEAD, { ...POLICY, ...PUBLIC });
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  github.people.add(AUTHOR, 'write');
  github.people.add(ALICE, 'write');
});
afterEach(() => github.close());
afterAll(removeRuns);

/** On one server that remembers, or on one whose histories this run cannot read. */
function run(event: RunnerEvent, encryptionKey = key): Promise<ActionRun> {
  const inputs = { 'temporal-address': inject('temporalAddress'), 'temporal-encryption-key': encryptionKey };
  return runAction({ github, event, files: {}, inputs });
}

const opened = (sha = HEAD) => pullRequest({ number: 7, headSha: sha, baseSha: BASE });

function commented(user: User, decision: 'approve' | 'reject', sha = HEAD): RunnerEvent {
  const body = `/infra-audit ${decision} aws_s3_bucket.site ${sha} a public upload folder`;
  return issueComment({ number: 7, id: github.comment(7, user, body), body, sha: BASE });
}

function conclusions(): string[] {
  return github.checks.all().map(({ headSha, conclusion }) => `${headSha.slice(0, 1)} ${conclusion}`);
}

function words(): string {
  return github.comments(7).find(({ user }) => user.id !== ALICE.id && user.id !== AUTHOR.id)?.body ?? '';
}

describe('a finding that has to wait for a person', () => {
  it.each([
    ['on a server that remembers', false],
    ['on a server that does not', true],
  ])('is let through by the comment of another writer, %s', async (_, forgets) => {
    const waiting = await run(opened());
    expect(waiting.exitCode, waiting.stdout + waiting.stderr).toBe(1);
    expect(waiting.outputs.get('verdict')).toBe('fail');
    expect(words()).toContain(`/infra-audit approve aws_s3_bucket.site ${HEAD}`);
    expect(conclusions()).toEqual(['a failure']);

    const approved = await run(commented(ALICE, 'approve'), forgets ? randomBytes(32).toString('base64') : key);
    expect(approved.exitCode, approved.stdout + approved.stderr).toBe(0);
    expect(approved.outputs.get('verdict')).toBe('pass');
    expect(github.reactions.map(({ content }) => content)).toEqual(['+1']);
    expect(conclusions().at(-1)).toBe('a success');
    expect(words()).toContain('a public upload folder');
  });

  it('is not let through by who wrote it, nor for another commit', async () => {
    await run(opened());

    const own = await run(commented(AUTHOR, 'approve'));
    expect(own.outputs.get('verdict')).not.toBe('pass');
    github.commit(NEWER, { ...POLICY, ...PUBLIC, 'more.tf': '' });
    await run(commented(ALICE, 'approve'));
    github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    const pushed = await run(opened(NEWER));
    expect(pushed.exitCode, pushed.stdout + pushed.stderr).toBe(1);
    expect(pushed.outputs.get('verdict')).toBe('fail');
  });
});
