import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { commit, git, makeRepository, removeFolders } from '../git/repository.ts';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const WEBSHOP = path.join(PROJECT, 'fixtures', 'repos', 'webshop');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command on the suite's own Temporal server. */
function command(args: readonly string[], { cwd = PROJECT, server = true }: { cwd?: string; server?: boolean } = {}): Promise<Ended> {
  const more = server ? ['--temporal-address', inject('temporalAddress')] : [];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(PROJECT, 'dist', 'cli.js'), ...args, ...more],
      { cwd, env: { ...process.env, FORCE_COLOR: '', NO_COLOR: '' } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

function repository(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const OPEN_DISK = 'resource "aws_ebs_volume" "disk" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n';

describe('the report of the example repository', () => {
  it.each([
    ['text', 'report.txt'],
    ['markdown', 'report.md'],
  ])('as %s is the committed one', async (format, name) => {
    const { code, stdout, stderr } = await command([WEBSHOP, '--format', format]);

    expect(stderr).toMatch(/^temporal: this run is (audit-[0-9a-f]{32}); `infra-audit status --run \1` tells how far it is\n$/u);
    expect(code).toBe(1);
    await expect(stdout).toMatchFileSnapshot(path.join(PROJECT, 'fixtures', 'expected', 'webshop', name));
  });
});

describe('the JSON report', () => {
  it('tells each finding by address, place, severity and plan', async () => {
    const folder = repository({ 'disks/main.tf': OPEN_DISK });

    const { code, stdout } = await command([folder, '--format', 'json', '--fail-on', 'medium']);

    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      version: 1,
      verdict: { outcome: 'fail', reasons: ['1 MEDIUM finding'] },
      resources: [
        {
          address: 'aws_ebs_volume.disk',
          type: 'aws_ebs_volume',
          framework: 'terraform',
          file: 'disks/main.tf',
          startLine: 1,
          endLine: 4,
          instances: ['aws_ebs_volume.disk'],
          outcome: 'fail',
          severity: 'MEDIUM',
          violationFound: true,
          workflowId: expect.stringMatching(/^audit-[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{32}$/u),
        },
      ],
      findings: expect.arrayContaining([
        expect.objectContaining({
          ruleId: 'aws-ebs-encryption',
          severity: 'MEDIUM',
          outcome: 'fail',
          address: 'aws_ebs_volume.disk',
          file: 'disks/main.tf',
          startLine: 3,
          startColumn: 23,
          endLine: 3,
          endColumn: 28,
          fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/u),
          remediationPlan: expect.objectContaining({
            safety: 'needs-review',
            diff: expect.stringContaining('-  encrypted         = false\n+  encrypted         = true\n'),
          }),
        }),
      ]),
      files: { scanned: [{ path: 'disks/main.tf', reason: 'Terraform' }], failed: [], ignored: [] },
      diagnostics: [],
    });
  });

  it('goes to a file when asked, and the terminal stays quiet', async () => {
    const folder = repository({ 'main.tf': OPEN_DISK });
    const output = path.join(folder, 'report.json');

    const { code, stdout } = await command([folder, '--format', 'json', '--output', output]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ version: 1, verdict: { outcome: 'pass' } });
  });
});

describe('a base that is named', () => {
  it('leaves out what it has already, unless all is asked for', async () => {
    const folder = makeRepository();
    commit(folder, { 'disks/main.tf': OPEN_DISK });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'README.md': 'words' });
    const audit = async (...more: readonly string[]) => {
      const ended = await command([path.join(folder, 'disks'), '--format', 'json', '--fail-on', 'medium', '--base', 'main', ...more]);
      const { verdict } = JSON.parse(ended.stdout) as { verdict: { outcome: string; reasons: string[] } };
      return [ended.code, verdict.outcome];
    };
    expect(await audit()).toEqual([0, 'pass']);
    expect(await audit('--block', 'all')).toEqual([1, 'fail']);
    writeFileSync(path.join(folder, 'disks/more.tf'), OPEN_DISK.replace('"disk"', '"more"'));
    expect(await audit()).toEqual([1, 'fail']);
    const wrong = await command([folder, '--base', 'nowhere']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--base: git knows no commit "nowhere"')]);
    removeFolders();
  });
});

describe('exit codes', () => {
  it('0: nothing at the threshold', async () => {
    expect((await command([repository({ 'main.tf': OPEN_DISK })])).code).toBe(0);
  });

  it('1: a file could not be read, even with --fail-on none', async () => {
    const { code, stdout } = await command([repository({ 'main.tf': `${OPEN_DISK}resource "aws_s3_bucket" {` }), '--fail-on', 'none']);

    expect(code).toBe(1);
    expect(stdout).toContain('UNDECIDED');
    expect(stdout).toContain('main.tf:5');
    expect(stdout).toContain('aws-ebs-encryption');
  });

  it('1: there was nothing to judge', async () => {
    const { code, stdout } = await command([repository({ 'README.md': 'Nothing here.\n' })]);

    expect(code).toBe(1);
    expect(stdout).toContain('no Terraform or CloudFormation file was found');
  });

  it('2: wrong usage, every problem at once', async () => {
    const { code, stdout, stderr } = await command(['--format', 'xml', '--fail-on', 'severe', '--max-parallel', '0']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--format: "xml" is not one of text, json, sarif, markdown, html');
    expect(stderr).toContain('--fail-on');
    expect(stderr).toContain('--max-parallel');
  });

  it('2: paths that do not exist, each named', async () => {
    const { code, stderr } = await command(['nowhere', 'neither.tf']);

    expect(code).toBe(2);
    expect(stderr).toBe('nowhere: there is no such file or folder\nneither.tf: there is no such file or folder\n');
  });

  it('2: an invalid policy file, with its lines', async () => {
    const folder = repository({ 'main.tf': OPEN_DISK, '.github/infra-audit.yml': 'version: 1\nfail-on: severe\n' });

    const { code, stderr } = await command([folder]);

    expect(code).toBe(2);
    expect(stderr).toContain('infra-audit.yml:2: fail-on must be one of critical, high, medium, low, none; it is "severe"');
  });
});

describe('what it is told', () => {
  it('a policy beside the audited files makes the threshold stricter and leaves files out', async () => {
    const folder = repository({
      'main.tf': OPEN_DISK,
      'old/main.tf': OPEN_DISK.replace('"disk"', '"old"'),
      '.github/infra-audit.yml': 'version: 1\nfail-on: medium\nexclude:\n  - old/**\n',
    });

    const { stdout } = await command([folder, '--format', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({
      verdict: { outcome: 'fail' },
      resources: [{ address: 'aws_ebs_volume.disk' }],
      files: { ignored: [{ path: 'old/main.tf' }] },
    });
  });

  it('files of several folders are reported relative to the folder they have in common', async () => {
    const folder = repository({ 'a/main.tf': OPEN_DISK, 'b/main.tf': OPEN_DISK.replace('"disk"', '"spare"'), 'c/main.tf': OPEN_DISK });

    const { stdout } = await command([path.join(folder, 'a'), path.join(folder, 'b', 'main.tf'), '--format', 'json']);

    const { findings } = JSON.parse(stdout) as { findings: { file: string }[] };
    expect(new Set(findings.map(({ file }) => file))).toEqual(new Set(['a/main.tf', 'b/main.tf']));
  });

  it('rules lists each rule with what it decides and how it is fixed', async () => {
    const { code, stdout } = await command(['rules', '--format', 'json'], { server: false });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        id: 'aws-s3-versioning',
        title: 'S3 bucket must keep versions of its objects',
        severity: 'MEDIUM',
        targets: { terraform: expect.arrayContaining(['aws_s3_bucket']), cloudformation: ['AWS::S3::Bucket'] },
        topics: ['s3-versioning'],
        equivalents: expect.objectContaining({ checkov: ['CKV_AWS_21'] }),
        fix: expect.stringMatching(/^(?:safe edit|edit to review|advice)$/u),
      }),
    );
  });

  it('--version and --help print and succeed', async () => {
    const version = await command(['--version'], { server: false });
    const help = await command(['--help'], { server: false });

    expect(version).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Exit codes: 0 pass, 1 fail or undecided, 2 usage or tool error.');
  });
});
