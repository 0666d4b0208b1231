import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedDays, command, repository } from './command.ts';

const DISKS = `resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-central-1a"
  encrypted         = false
}
`;

/** Exceptions as they are written: rule and resource of each. */
function subjects(text: string): string[] {
  return [...text.matchAll(/- rule: (\S+)\n\s+resource: (\S+)\n\s+fingerprint: "?[0-9a-f]{32}"?\n/gu)].map(
    ([, rule, resource]) => `${rule} ${resource}`,
  );
}

describe('infra-audit baseline', () => {
  it('prints a policy with an exception for each finding', async () => {
    const folder = repository({ 'main.tf': DISKS });

    const { code, stdout, stderr } = await command(['baseline', folder, '--owner', 'team-web']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 8)).toEqual([
      'version: 1',
      'exceptions:',
      '  - rule: aws-ebs-backup-plan',
      '    resource: aws_ebs_volume.disk',
      expect.stringMatching(/^ {4}fingerprint: "?[0-9a-f]{32}"?$/u),
      '    reason: was there when the audit was introduced',
      '    owner: team-web',
      `    until: ${addedDays(90)}`,
    ]);
    expect(subjects(stdout)).toContain('aws-ebs-encryption aws_ebs_volume.disk');
    expect(subjects(stdout)).toEqual(subjects(stdout).toSorted());
  });

  it('writes into the policy that there is, once, and later only what is new', async () => {
    const before = '# Ours.\nversion: 1\nfail-on: high # for now\nexclude:\n  - examples/**\n';
    const folder = repository({
      'main.tf': DISKS,
      'examples/main.tf': DISKS.replace('disk', 'example'),
      '.github/infra-audit.yml': before,
    });
    const policy = path.join(folder, '.github/infra-audit.yml');
    const args = ['baseline', folder, '--owner', 'team-web', '--until', addedDays(30), '--reason', 'agreed', '--output', policy];

    const first = await command(args);
    const once = readFileSync(policy, 'utf8');
    const second = await command(args);

    expect(first).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^\d+ exceptions written to /u) });
    expect(once.startsWith(before)).toBe(true);
    expect(once).toContain(`    reason: agreed\n    owner: team-web\n    until: ${addedDays(30)}\n`);
    expect(once).not.toContain('aws_ebs_volume.example');
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(/^0 exceptions written to /u) });
    expect(readFileSync(policy, 'utf8')).toBe(once);

    writeFileSync(path.join(folder, 'more.tf'), DISKS.replace('"disk"', '"another"'));
    await command(args);

    const twice = readFileSync(policy, 'utf8');
    expect(twice.startsWith(once)).toBe(true);
    expect(subjects(twice.slice(once.length)).map((subject) => subject.split(' ')[1])).toEqual(
      subjects(once).map(() => 'aws_ebs_volume.another'),
    );
  });

  it('tells what no exception covers', async () => {
    const folder = repository({ 'main.tf': DISKS, 'broken.tf': 'resource "aws_s3_bucket" "a" {\n' });

    const { code, stderr } = await command(['baseline', folder, '--owner', 'team-web']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/^broken\.tf could not be read in full, which no exception covers: /u);
  });

  it.each([
    ['no owner', [], "command line: required option '--owner <owner>' not specified; --help lists what there is\n"],
    ['an empty owner', ['--owner', ' '], '--owner: must not be empty\n'],
    ['no day', ['--owner', 'me', '--until', '2030-02-30'], '--until: "2030-02-30" is not a day as YYYY-MM-DD\n'],
    [
      'a day that is over',
      ['--owner', 'me', '--until', '2020-01-01'],
      /^--until: "2020-01-01" is over already; give a day from \d{4}-\d{2}-\d{2} on\n$/u,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await command(['baseline', repository({ 'main.tf': DISKS }), ...args]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('refuses a folder that is not there, and a policy that is not valid, of which nothing is changed', async () => {
    const folder = repository({ 'main.tf': DISKS, 'policy.yml': 'version: 7\n' });
    const policy = path.join(folder, 'policy.yml');

    expect(await command(['baseline', path.join(folder, 'nowhere'), '--owner', 'me'])).toMatchObject({
      code: 2,
      stderr: `${path.join(folder, 'nowhere')}: there is no such folder\n`,
    });
    expect(await command(['baseline', folder, '--owner', 'me', '--output', policy])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${policy}:1: `),
    });
    expect(readFileSync(policy, 'utf8')).toBe('version: 7\n');
  });
});
