import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { renderScript, shellScript } from '../../src/report/script.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { NEW, bucket, cleanReport, reportOf, sampleReport } from './sample.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'script-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stands for the AWS CLI: writes down what it is called with, each argument ended by NUL, each call by a line break. */
const AWS = path.join(folder, 'aws');
const CALLS = path.join(folder, 'calls');
writeFileSync(AWS, `#!/bin/sh\nprintf '%s\\0' "$@" >> ${CALLS}\nprintf '\\n' >> ${CALLS}\n[ "\${2-}" != get-fails ]\n`);
chmodSync(AWS, 0o755);

function started(script: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string; calls: string[][] } {
  writeFileSync(CALLS, '');
  const { status, stdout, stderr } = spawnSync('sh', ['-s', '--', ...args], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
  const calls = readFileSync(CALLS, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { status, stdout, stderr, calls: calls.map((line) => line.split('\0').slice(0, -1)) };
}

describe('shellScript', () => {
  it('puts one command on a line and stops at the first that fails', () => {
    const commands = [
      ['aws', 's3api', 'put-bucket-versioning', '--bucket', 'shop-logs', '--versioning-configuration', 'Status=Enabled'],
      ['aws', 's3api', 'put-bucket-policy', '--bucket', 'shop-logs', '--policy', '{"Version":"2012-10-17"}'],
    ];
    expect(shellScript(commands)).toBe(`#!/bin/sh
set -eu
aws s3api put-bucket-versioning --bucket shop-logs --versioning-configuration 'Status=Enabled'
aws s3api put-bucket-policy --bucket shop-logs --policy '{"Version":"2012-10-17"}'
`);
  });

  it('is none without commands', () => {
    expect(shellScript([])).toBeNull();
  });

  it('is none when one argument cannot be written safely', () => {
    expect(
      shellScript([
        ['aws', 's3', 'ls'],
        ['aws', 's3', 'rm', 's3://a\nb'],
      ]),
    ).toBeNull();
  });
});

describe('renderScript', () => {
  it('names each resource and what is wrong with it above its commands', () => {
    const script = renderScript(sampleReport);
    expect(script.slice(0, script.indexOf('apply=no'))).toBe(`#!/bin/sh
# Changes live resources as the findings of infrastructure-security-agent 0.1.0 ask for.
# Prints the commands; runs them when started with --apply, and stops at the first that fails.
# 1 resource; change what is declared too, or the next deployment undoes it.
set -eu
unset CDPATH

`);
    expect(script.slice(script.indexOf('# aws_s3_bucket.logs'))).toBe(`# aws_s3_bucket.logs (infra/main.tf:2)
#   CRITICAL aws-s3-no-public-acl
run aws s3api put-bucket-acl --bucket shop-logs --acl private
`);
  });

  it('prints what it would do, and does it only when told to', () => {
    const script = renderScript(sampleReport);
    const printed = '+ aws s3api put-bucket-acl --bucket shop-logs --acl private\n';
    expect(started(script)).toEqual({ status: 0, stdout: printed, stderr: '', calls: [] });
    expect(started(script, '--apply')).toEqual({
      status: 0,
      stdout: printed,
      stderr: '',
      calls: [['s3api', 'put-bucket-acl', '--bucket', 'shop-logs', '--acl', 'private']],
    });
    expect(started(script, '--aply')).toEqual({ status: 2, stdout: '', stderr: 'usage: sh [--apply]\n', calls: [] });
  });

  it('stops at the first command that fails', () => {
    const findings = bucket.findings.flatMap((finding) =>
      finding.remediationPlan === null
        ? []
        : [{ ...finding, remediationPlan: { ...finding.remediationPlan, commands: [['false'], ['aws', 'ls']] } }],
    );
    const result = started(renderScript(reportOf({ resources: [{ ...bucket, findings }] })), '--apply');
    expect(result).toEqual({ status: 1, stdout: '+ false\n', stderr: '', calls: [] });
  });

  it('goes on where there was nothing to look at', () => {
    const commands = [
      ['aws', 's3api', 'get-fails'],
      ['aws', 's3api', 'put-acl'],
    ];
    const findings = bucket.findings.flatMap((finding) =>
      finding.remediationPlan === null ? [] : [{ ...finding, remediationPlan: { ...finding.remediationPlan, commands } }],
    );
    const script = renderScript(reportOf({ resources: [{ ...bucket, findings }] }));
    expect(started(script, '--apply')).toMatchObject({
      status: 0,
      stdout: '+ aws s3api get-fails\nnothing to see\n+ aws s3api put-acl\n',
      calls: [
        ['s3api', 'get-fails'],
        ['s3api', 'put-acl'],
      ],
    });
  });

  it('has no command for what is silenced, and says when it has none at all', () => {
    const silence = { by: 'exception', reason: 'a public website', owner: 'web', until: '2027-01-31', place: 'policy.yml:3' } as const;
    const findings = bucket.findings.map((finding) => ({ ...finding, standing: { ...NEW, silence } }));
    for (const report of [cleanReport, reportOf({ resources: [{ ...bucket, findings }] })]) {
      const script = renderScript(report);
      expect(script).toContain('\n# There is no command to run.\n');
      expect(started(script, '--apply')).toEqual({ status: 0, stdout: '', stderr: '', calls: [] });
    }
  });

  it('runs the words of the commands and nothing else, and prints what would do the same, whatever the names', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const script = renderScript(hostileReport(name));
        expect(script.replaceAll('\n', '')).not.toMatch(INVISIBLE);
        const expected = INVISIBLE.test(name) ? [] : [[name]];
        const { status, stdout, calls } = started(script, '--apply');
        expect({ status, calls }).toEqual({ status: 0, calls: expected });
        const again = started(stdout.replace(/^\+ /u, ''));
        expect(again.calls).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
