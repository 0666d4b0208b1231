import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import { isolatedProgram, pullRequest, push, removeRuns, runAction, startAction, workflowDispatch } from '../support/runner.ts';
import type { ActionOptions, ActionRun } from '../support/runner.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);

/** Pictures anybody may write to (CRITICAL), a volume that is not encrypted (MEDIUM), a bucket whose ACL is not known. */
const FILES = {
  'infra/main.tf': `variable "archive_acl" {
  type = string
}

resource "aws_s3_bucket" "pictures" {
  bucket = "acme-pictures"
}

resource "aws_s3_bucket_acl" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  acl    = "public-read-write"
}

resource "aws_s3_bucket" "archive" {
  bucket = "acme-archive"
  acl    = var.archive_acl
}
`,
  'stacks/disk.yaml': `Resources:
  Disk:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-central-1a
      Encrypted: false
`,
};

interface JsonFinding {
  readonly address: string;
  readonly ruleId: string;
  readonly severity: string;
  readonly outcome: string;
  readonly file: string;
  readonly startLine: number;
  readonly message: string;
  readonly remediationPlan: { readonly diff: string | null; readonly proof: { readonly closes: readonly string[] } | null } | null;
}

interface JsonReport {
  readonly version: number;
  readonly verdict: { readonly outcome: string; readonly reasons: readonly string[] };
  readonly resources: readonly { readonly address: string; readonly outcome: string; readonly workflowId: string }[];
  readonly findings: readonly JsonFinding[];
  readonly files: { readonly failed: readonly { readonly path: string; readonly reason: string }[] };
}

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  github.commit(BASE, {});
  github.commit(HEAD, {});
  github.reviews.setFiles(
    7,
    Object.entries(FILES).map(([filename, after]) => ({ filename, before: null, after })),
  );
});
afterEach(() => github.close());
afterAll(removeRuns);

/** Runs on the suite's own Temporal server, as with a service container. */
function run(options: Partial<ActionOptions> & Pick<ActionOptions, 'event'>): Promise<ActionRun> {
  return runAction({
    github,
    files: FILES,
    ...options,
    inputs: { 'temporal-address': inject('temporalAddress'), 'report-file': 'out/report.json', ...options.inputs },
  });
}

function reportOf({ workspace }: ActionRun): JsonReport {
  return JSON.parse(readFileSync(path.join(workspace, 'out', 'report.json'), 'utf8')) as JsonReport;
}

/** `SEVERITY outcome rule address file:line` of each finding. */
function findingsOf(run: ActionRun): string[] {
  return reportOf(run).findings.map(
    ({ severity, outcome, ruleId, address, file, startLine }) => `${severity} ${outcome} ${ruleId} ${address} ${file}:${startLine}`,
  );
}

const samePull = pullRequest({ number: 7, headSha: HEAD, baseSha: BASE });

describe('a pull request from the same repository', () => {
  it('is told what is wrong, where, how bad and how to fix it, and is blocked', async () => {
    const run7 = await run({ event: samePull, inputs: { 'sarif-file': 'out/report.sarif', 'html-file': 'out/report.html' } });

    expect(run7.exitCode, run7.stdout + run7.stderr).toBe(1);
    const found = findingsOf(run7);
    expect(found).toContain('CRITICAL fail aws-s3-acl-public-write aws_s3_bucket.pictures infra/main.tf:11');
    expect(found).toContain('CRITICAL undecided aws-s3-acl-public-write aws_s3_bucket.archive infra/main.tf:16');
    expect(found).toContain('HIGH fail aws-s3-block-public-acls aws_s3_bucket.pictures infra/main.tf:5');
    expect(found).toContain('MEDIUM fail aws-ebs-encryption Disk stacks/disk.yaml:6');

    expect(run7.outputLines[0]).toEqual(['verdict', 'error']);
    expect(run7.outputs.get('verdict')).toBe('fail');
    expect(run7.outputs.get('critical-count')).toBe(String(found.filter((each) => each.startsWith('CRITICAL fail')).length));
    expect(run7.outputs.get('undecided-count')).toBe(String(found.filter((each) => each.includes(' undecided ')).length));
    expect(run7.outputs.get('report-file')).toBe('out/report.json');
    expect(run7.outputs.get('sarif-file')).toBe('out/report.sarif');
    expect(run7.outputs.get('html-file')).toBe('out/report.html');
    expect(readFileSync(path.join(run7.workspace, 'out', 'report.html'), 'utf8')).toContain('<code>aws_s3_bucket.pictures</code>');

    const [comment, ...others] = github.comments(7);
    expect(others).toEqual([]);
    expect(comment?.user).toEqual(ACTIONS_BOT);
    const body = comment?.body ?? '';
    expect(body.split('\n')[0]).toBe('<!-- infrastructure-security-agent -->');
    expect(body).toContain('`aws_s3_bucket.pictures`');
    expect(body).toContain(`https://github.com/octo/infra/blob/${HEAD}/infra/main.tf#L11`);
    expect(body).toContain('-  acl    = "public-read-write"\n+  acl    = "private"');
    expect(body).toContain('-      Encrypted: false\n+      Encrypted: true');

    expect(run7.summary).toContain('`aws_s3_bucket.pictures`');
    expect(run7.commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name))).toEqual([]);
    const sarif = JSON.parse(readFileSync(path.join(run7.workspace, 'out', 'report.sarif'), 'utf8')) as {
      version: string;
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results.map((result) => result.ruleId)).toContain('aws-s3-acl-public-write');
  });

  it('has a check run that was live and says the verdict, with annotations', async () => {
    await run({ event: samePull, inputs: { 'check-name': 'Security of buckets' } });

    const [check, ...others] = github.checks.all();
    expect(others).toEqual([]);
    expect(check).toMatchObject({ name: 'Security of buckets', headSha: HEAD, status: 'completed', conclusion: 'failure' });
    expect(check?.title).toMatch(/^Fail: [0-9]+ new CRITICAL findings?$/u);
    expect(check?.summary).toContain('`aws_s3_bucket.pictures`');
    expect(check?.annotations).toContainEqual(
      expect.objectContaining({ path: 'infra/main.tf', start_line: 11, annotation_level: 'failure' }),
    );
    expect(github.checks.titles[0]).toBe('Reading files');
    expect(github.checks.titles[1]).toMatch(/^[0-9]+ of 4 audited/u);
  });

  it('has the proven fixes beside its lines, until they are committed', async () => {
    await run({ event: samePull });
    const suggested = github.reviews
      .of(7)
      .map(({ path: file, line, body }) => `${file}:${line} ${/```suggestion\n([^]*?)\n```/u.exec(body)?.[1]}`);
    expect(suggested).toContain('stacks/disk.yaml:6       Encrypted: true');
    expect(suggested.find((each) => each.startsWith('infra/main.tf:'))).toContain('acl    = "private"');
    expect(github.comments(7)[0]?.body).toMatch(/suggestions? to commit with one click stands? beside the changed lines/u);

    const files = { ...FILES, 'stacks/disk.yaml': FILES['stacks/disk.yaml'].replace('Encrypted: false', 'Encrypted: true') };
    await run({ event: samePull, files });
    const left = github.reviews.of(7).map(({ path: file, line }) => `${file}:${line}`);
    expect(left).toEqual(suggested.map((each) => each.split(' ', 1)[0]).filter((place) => place !== 'stacks/disk.yaml:6'));
  });

  it('has the right exit code and summary when every answer to a write is lost', async () => {
    for (const method of ['POST', 'PATCH']) github.fault({ method, path: /^(?!\/graphql)/u, when: 'after', as: 'reset', times: 1 });

    const shaken = await run({ event: samePull });

    expect(shaken.exitCode, shaken.stdout + shaken.stderr).toBe(1);
    expect(github.checks.all().map(({ status, conclusion }) => `${status} ${conclusion}`)).toEqual(['completed failure']);
    expect(github.comments(7)).toHaveLength(1);
  });

  it('has its comment updated in place by the second run, whoever else wrote one that looks the same', async () => {
    github.comment(7, { id: 99, login: 'mallory', type: 'User' }, '<!-- infrastructure-security-agent -->\nAll good!');
    await run({ event: samePull });
    const first = github.comments(7).filter(({ user }) => user.id === ACTIONS_BOT.id);

    const fixed = { 'stacks/disk.yaml': FILES['stacks/disk.yaml'].replace('Encrypted: false', 'Encrypted: true') };
    const second = await run({ event: samePull, files: fixed });

    const now = github.comments(7).filter(({ user }) => user.id === ACTIONS_BOT.id);
    expect(second.exitCode).toBe(0);
    expect(first.map(({ id }) => id)).toEqual(now.map(({ id }) => id));
    expect(first[0]?.body).toContain('aws_s3_bucket.pictures');
    expect(now[0]?.body).not.toContain('aws_s3_bucket.pictures');
    expect(github.comments(7).find(({ user }) => user.id === 99)?.body).toBe('<!-- infrastructure-security-agent -->\nAll good!');
  });

  it('without the permission to comment gets everything else, and one notice with the line to add', async () => {
    github.permissions = { contents: 'read' };

    const denied = await run({ event: samePull });

    expect(denied.exitCode).toBe(1);
    expect(denied.outputs.get('verdict')).toBe('fail');
    expect(denied.summary).toContain('aws_s3_bucket.pictures');
    const notices = denied.commands.filter(({ name }) => name === 'notice');
    expect(notices.map(({ data }) => /Add the line `([^`]*)`/u.exec(data)?.[1]).filter((each) => each !== undefined)).toEqual([
      'checks: write',
      'pull-requests: write',
    ]);
    expect(denied.commands).toContainEqual(
      expect.objectContaining({ name: 'error', properties: expect.objectContaining({ file: 'infra/main.tf', line: '11' }) }),
    );
    expect(github.comments(7)).toEqual([]);
  });

  it('cannot loosen the gate by its own policy, nor by the base branch reading its files', async () => {
    github.commit(BASE, { '.github/infra-audit.yml': 'version: 1\nfail-on: medium\n' });
    const files = { ...FILES, 'infra/main.tf': '', '.github/infra-audit.yml': 'version: 1\nexclude: ["**"]\n' };

    const strict = await run({ event: samePull, files });

    expect(strict.outputs.get('verdict')).toBe('fail');
    expect(reportOf(strict).verdict.reasons).toEqual(['1 new MEDIUM finding']);
  });
});

describe('a pull request from a fork', () => {
  it('gets the verdict, the summary and annotations, although every write is refused', async () => {
    github.permissions = { contents: 'read', 'pull-requests': 'read', issues: 'read' };

    const fork = await run({ event: pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, fork: true }) });

    expect(fork.exitCode).toBe(1);
    expect(fork.outputs.get('verdict')).toBe('fail');
    expect(fork.summary).toContain('aws_s3_bucket.pictures');
    expect(
      fork.commands.filter(
        ({ name, properties }) => name === 'error' && properties['file'] === 'infra/main.tf' && properties['line'] === '11',
      ).length,
    ).toBeGreaterThan(0);
    expect(fork.commands.filter(({ name }) => name === 'notice').map(({ data }) => data)).toContainEqual(
      expect.stringContaining('never granted to a pull request from a fork'),
    );
    expect(github.requests.filter(({ method, status }) => method !== 'GET' && status === 201)).toEqual([]);
  });
});

describe('other events', () => {
  it('a push is judged and writes no comment', async () => {
    const pushed = await run({ event: push(HEAD) });

    expect(pushed.exitCode).toBe(1);
    expect(findingsOf(pushed)).toContain('CRITICAL fail aws-s3-acl-public-write aws_s3_bucket.pictures infra/main.tf:11');
    expect(github.requests.filter(({ method, path: url }) => method !== 'GET' && url.includes('/comments'))).toEqual([]);
  });

  it.each([
    ['address', 'aws_s3_bucket.pictures', ['aws_s3_bucket.pictures']],
    ['logical id', 'Disk', ['Disk']],
    ['physical name', 'acme-archive', ['aws_s3_bucket.archive']],
    ['its part', 'aws_s3_bucket_acl.pictures', ['aws_s3_bucket.pictures', 'aws_s3_bucket_acl.pictures']],
  ])('a manual run audits the one resource it names by %s', async (_, id, expected) => {
    const manual = await run({ event: workflowDispatch(HEAD, { 'resource-id': id }) });

    expect(reportOf(manual).resources.map(({ address }) => address)).toEqual(expected);
  });

  it('a manual run for a type audits only that', async () => {
    const manual = await run({ event: workflowDispatch(HEAD, { 'resource-type': 'ec2' }) });

    expect(reportOf(manual).resources.map(({ address, outcome }) => `${address} ${outcome}`)).toEqual(['Disk fail']);
    expect(manual.exitCode).toBe(0);
  });

  it('a manual run for something that is not there is undecided, and says what there is', async () => {
    const manual = await run({ event: workflowDispatch(HEAD, { 'resource-id': 'picture' }) });

    expect(manual.exitCode).toBe(1);
    expect(manual.outputs.get('verdict')).toBe('undecided');
    expect(reportOf(manual).verdict.reasons).toEqual([
      'no resource that a rule looks at is called "picture": did you mean aws_s3_bucket.pictures or aws_s3_bucket_acl.pictures?',
    ]);
  });
});

describe('bad input', () => {
  it('a file that cannot be parsed makes the verdict undecided whatever the threshold, and loses nothing else', async () => {
    const files = { ...FILES, 'infra/broken.tf': 'resource "aws_s3_bucket" "half" {\n  bucket = \n}\n' };

    const broken = await run({ event: push(HEAD), files, inputs: { 'fail-on-severity': 'none' } });

    expect(broken.exitCode).toBe(1);
    expect(broken.outputs.get('verdict')).toBe('undecided');
    expect(reportOf(broken).files.failed).toEqual([{ path: 'infra/broken.tf', reason: expect.stringMatching(/^line 2: /u) }]);
    expect(findingsOf(broken)).toContain('CRITICAL fail aws-s3-acl-public-write aws_s3_bucket.pictures infra/main.tf:11');
  });

  it('invalid inputs end with exit code 2, all listed at once', async () => {
    const wrong = await run({ event: push(HEAD), inputs: { 'fail-on-severity': 'severe', 'max-parallel': '0' } });

    expect(wrong.exitCode).toBe(2);
    expect(wrong.outputs.get('verdict')).toBe('error');
    const error = wrong.commands.find(({ name }) => name === 'error');
    expect(error?.data).toContain('input fail-on-severity');
    expect(error?.data).toContain('input max-parallel');
  });

  it('an invalid policy at the base commit ends with exit code 2 and its lines', async () => {
    github.commit(BASE, { '.github/infra-audit.yml': 'version: 1\nfail-on: severe\nignore: everything\n' });

    const wrong = await run({ event: samePull });

    expect(wrong.exitCode).toBe(2);
    const error = wrong.commands.find(({ name }) => name === 'error');
    expect(error?.data).toContain('.github/infra-audit.yml:2');
    expect(error?.data).toContain('.github/infra-audit.yml:3');
    expect(github.checks.all().map(({ conclusion, title }) => `${conclusion}: ${title}`)).toEqual([
      'failure: The audit did not come to an end',
    ]);
    expect(github.checks.all()[0]?.summary).toContain('`.github/infra-audit.yml:2');
  });

  it('a server that cannot be reached ends within 30 s with exit code 2 and what to do', async () => {
    const started = performance.now();
    const lost = await run({ event: push(HEAD), inputs: { 'temporal-address': '127.0.0.1:1' } });

    expect(performance.now() - started).toBeLessThan(30_000);
    expect(lost.exitCode).toBe(2);
    expect(lost.outputs.get('verdict')).toBe('error');
    expect(lost.commands.filter(({ name }) => name === 'error').map(({ data }) => data)).toEqual([
      expect.stringContaining('No Temporal server answers at 127.0.0.1:1'),
    ]);
    expect(github.checks.all().map(({ status, conclusion }) => `${status} ${conclusion}`)).toEqual(['completed failure']);
  });

  it('names that are commands to the runner stay text', async () => {
    const files = {
      'main.tf':
        'resource "aws_s3_bucket" "b" {\n  bucket = "##[add-mask]e"\n  acl    = "public-read"\n  tags = { "::set-output name=verdict::pass" = "\\n::error::x" }\n}\n',
      '::stop-commands::x.tf': 'resource "aws_s3_bucket" "##[error]" {',
    };

    const hostile = await run({ event: push(HEAD), files });

    expect(hostile.commands.filter(({ name }) => !['error', 'warning', 'notice'].includes(name))).toEqual([]);
    expect(hostile.outputs.get('verdict')).toBe('fail');
    expect(hostile.stdout).toContain('# #[');
  });

  it('a report file is not written through a link that leads out of the workspace', async () => {
    const outside = path.join(path.dirname(path.dirname(isolatedProgram())), 'outside');
    mkdirSync(outside, { recursive: true });
    const folder = path.join(outside, 'repository');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'main.tf'), 'locals {}\n');
    symlinkSync(outside, path.join(folder, 'out'));

    const linked = await run({ event: push(HEAD), files: folder });

    expect(existsSync(path.join(outside, 'report.json'))).toBe(false);
    expect(linked.commands.filter(({ name }) => name === 'notice').map(({ data }) => data)).toEqual([
      expect.stringContaining('leads out of the workspace'),
    ]);
  });
});

describe('a run that is cancelled', () => {
  it('ends within 6 s with the verdict still at error, and leaves nothing behind', async () => {
    const running = startAction({
      github,
      files: FILES,
      event: push(HEAD),
      environment: { HOME: homedir(), RUNNER_TOOL_CACHE: undefined },
    });
    if (running.child.stdout !== null) await once(running.child.stdout, 'data');
    await setTimeout(300);
    const cancelled = performance.now();
    running.child.kill('SIGINT');

    const run = await running.finished;

    expect(performance.now() - cancelled).toBeLessThan(6000);
    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expect(run.outputs.get('verdict')).toBe('error');
    expect(run.commands.filter(({ name }) => name === 'error').map(({ data }) => data)).toEqual(['The run was cancelled.']);
    expect(github.checks.all().map(({ conclusion, title, summary }) => `${conclusion} ${title}: ${summary}`)).toEqual([
      'failure The audit did not come to an end: The run was cancelled.',
    ]);
  });
});

describe('without a Temporal server', () => {
  it('the embedded one is started, used and stopped', async () => {
    const embedded = await run({
      event: push(HEAD),
      inputs: { 'temporal-address': '' },
      environment: { HOME: homedir(), RUNNER_TOOL_CACHE: undefined },
    });

    expect(embedded.exitCode, embedded.stdout + embedded.stderr).toBe(1);
    expect(findingsOf(embedded)).toContain('CRITICAL fail aws-s3-acl-public-write aws_s3_bucket.pictures infra/main.tf:11');
    expect(reportOf(embedded).resources.filter(({ workflowId }) => !workflowId.startsWith('audit-4242-'))).toEqual([]);
  });
});
