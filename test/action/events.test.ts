/** The built action on the events that come with a token that may write, and a checkout of something else than what is proposed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { FakeGitHub } from '../support/github-server.ts';
import { issueComment, pullRequest, removeRuns, runAction } from '../support/runner.ts';
import type { ActionRun, RunnerEvent } from '../support/runner.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const NEWER = 'c'.repeat(40);

const bucket = (name: string, acl: string): string =>
  `resource "aws_s3_bucket" "${name}" {\n  bucket = "acme-${name}"\n  acl    = "${acl}"\n}\n`;

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  github.commit(BASE, { 'main.tf': bucket('logs', 'private') });
  github.commit(HEAD, { 'main.tf': bucket('proposed', 'public-read-write') });
});
afterEach(() => github.close());
afterAll(removeRuns);

function run(event: RunnerEvent, inputs: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
  return runAction({
    github,
    event,
    files: { 'main.tf': bucket('checked_out', 'public-read-write') },
    inputs: { 'temporal-address': inject('temporalAddress'), 'report-file': 'out/report.json', scope: 'all', ...inputs },
  });
}

function addressesOf({ workspace }: ActionRun): string[] {
  const report = JSON.parse(readFileSync(path.join(workspace, 'out', 'report.json'), 'utf8')) as { resources: { address: string }[] };
  return report.resources.map(({ address }) => address);
}

describe('pull_request_target', () => {
  const target = { ...pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, fork: true }), name: 'pull_request_target', sha: BASE };

  it('is refused unless it is allowed, and nothing is asked of GitHub', async () => {
    const refused = await run(target);
    expect(refused.exitCode).toBe(2);
    expect(refused.commands.filter(({ name }) => name === 'error').map(({ data }) => data)).toEqual([
      expect.stringMatching(/^pull_request_target is refused: it runs with write access and secrets/u),
    ]);
    expect(github.requests).toEqual([]);
  });

  it('where it is allowed, audits what is proposed and not what is checked out, under the policy of the base', async () => {
    github.commit(BASE, { 'main.tf': '', '.github/infra-audit.yml': 'version: 1\nfail-on: high\n' });
    github.commit(HEAD, { 'main.tf': bucket('proposed', 'public-read-write'), '.github/infra-audit.yml': 'version: 1\nexclude: ["**"]\n' });
    const allowed = await run(target, { 'allow-pull-request-target': 'true', 'fail-on-severity': 'none' });
    expect(allowed.exitCode, allowed.stdout + allowed.stderr).toBe(1);
    expect(addressesOf(allowed)).toEqual(['aws_s3_bucket.proposed']);
    expect(github.comments(7)[0]?.body).toContain('`aws_s3_bucket.proposed`');
    expect(github.checks.all().map(({ headSha, conclusion }) => `${headSha} ${conclusion}`)).toEqual([`${HEAD} failure`]);
  });
});

describe('a policy of another repository', () => {
  const shared = { 'config-file': 'acme/policies/aws/audit.yml@v1', 'fail-on-severity': 'none' };

  it('applies in the place of one of this repository', async () => {
    github.elsewhere.set('/repos/acme/policies/contents/aws/audit.yml?ref=v1', 'version: 1\nfail-on: critical\n');
    github.commit(BASE, { 'main.tf': '', '.github/infra-audit.yml': 'version: 1\nexclude: ["**"]\n' });
    const strict = await run(pullRequest({ number: 7, headSha: HEAD, baseSha: BASE }), shared);
    expect(strict.exitCode, strict.stdout + strict.stderr).toBe(1);
    expect(strict.outputs.get('verdict')).toBe('fail');
    expect(addressesOf(strict)).toEqual(['aws_s3_bucket.checked_out']);
  });

  it('that cannot be read ends the run', async () => {
    const lost = await run(pullRequest({ number: 7, headSha: HEAD, baseSha: BASE }), shared);
    expect(lost.exitCode).toBe(2);
    expect(lost.outputs.get('verdict')).toBe('error');
    expect(lost.stdout).toContain('acme/policies/aws/audit.yml@v1: aws/audit.yml at commit v1 could not be read');
  });
});

describe('a comment', () => {
  const comment = (body: string, id = github.comment(7, { id: 5, login: 'mona', type: 'User' }, body)) =>
    issueComment({ number: 7, id, body, sha: BASE });

  it('that says something else ends the run well, with no verdict and no request', async () => {
    const quiet = await run(comment('Looks good to me'));
    expect(quiet.exitCode, quiet.stdout + quiet.stderr).toBe(0);
    expect(quiet.outputs.get('verdict')).toBe('');
    expect(github.requests).toEqual([]);
  });

  it('that is no command is told the grammar', async () => {
    const wrong = await run(comment('/infra-audit approve'));
    expect(wrong.exitCode, wrong.stdout + wrong.stderr).toBe(0);
    expect(github.comments(7).at(-1)?.body).toContain('`/infra-audit approve TARGET HEAD_SHA [REASON]`');
    expect(github.reactions.map(({ content }) => content)).toEqual(['confused']);
    expect(github.checks.all()).toEqual([]);
  });
});

describe('a pull request that goes on', () => {
  it('whose head moves during the run gets no words from the run of the older head', async () => {
    github.beforeEach = ({ method, path: url }) => {
      if (method === 'PATCH' && url.includes('/check-runs/')) github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    };
    const older = await run(pullRequest({ number: 7, headSha: HEAD, baseSha: BASE }));
    expect(older.exitCode, older.stdout + older.stderr).toBe(1);
    expect(github.comments(7)).toEqual([]);
    expect(github.reviews.of(7)).toEqual([]);
    expect(github.checks.all().map(({ headSha, status }) => `${headSha} ${status}`)).toEqual([`${HEAD} completed`]);
  });

  it('of which the conversation is locked still has its check, and one notice', async () => {
    github.pull({ number: 7, headSha: HEAD, baseSha: BASE, locked: true });
    const locked = await run(pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, draft: true }));
    expect(locked.exitCode).toBe(1);
    expect(github.checks.all().map(({ conclusion }) => conclusion)).toEqual(['failure']);
    expect(locked.commands.filter(({ name, data }) => name === 'notice' && data.includes('locked'))).toHaveLength(1);
  });

  it('two runs at once leave one comment, and two checks that are done', async () => {
    const event = pullRequest({ number: 7, headSha: HEAD, baseSha: BASE });
    await Promise.all([run(event), run(event)]);
    expect(github.comments(7).map(({ body }) => body.includes('`aws_s3_bucket.checked_out`'))).toEqual([true]);
    expect(github.checks.all().map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});
