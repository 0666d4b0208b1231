/** The whole command with scanners in its policy. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const EXAMPLE = [process.execPath, path.join(PROJECT, 'fixtures', 'scanners', 'example.mjs')];
/** Ends well as soon as it is asked anything, without an answer. */
const SILENT = [process.execPath, '-e', 'process.stdin.once("data", () => process.exit(0))'];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Audits a bucket that no rule has anything to say of. */
function audit(
  command: readonly string[],
  required: boolean,
): Promise<{ code: number; verdict: string; findings: string[]; said: string[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'scanned-'));
  folders.push(folder);
  mkdirSync(path.join(folder, '.github'));
  writeFileSync(path.join(folder, 'main.tf'), 'resource "aws_s3_bucket" "site" {\n  bucket = "site"\n}\n');
  const policy = [
    'version: 1',
    'rules: {aws-*: {off: true, reason: another tool judges them}}',
    `scanners: [{name: house, command: ${JSON.stringify(command)}, required: ${required}, timeout: 30s}]`,
  ];
  writeFileSync(path.join(folder, '.github', 'infra-audit.yml'), `${policy.join('\n')}\n`);
  const flags = ['--format', 'json', '--fail-on', 'medium', '--temporal-address', inject('temporalAddress')];
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(PROJECT, 'dist', 'cli.js'), folder, ...flags], (error, stdout) => {
      const { verdict, findings, diagnostics } = JSON.parse(stdout) as {
        verdict: { outcome: string; reasons: string[] };
        findings: { ruleId: string; address: string; remediationPlan: { edits: unknown[] } | null }[];
        diagnostics: { level: string; code: string; message: string }[];
      };
      resolve({
        code: typeof error?.code === 'number' ? error.code : 0,
        verdict: [verdict.outcome, ...verdict.reasons].join(': '),
        findings: findings.map(
          ({ ruleId, address, remediationPlan }) => `${ruleId} ${address}, ${remediationPlan?.edits.length ?? 0} proven edits`,
        ),
        said: diagnostics.flatMap(({ level, code, message }) => (code === 'scanner' ? [`${level}: ${message}`] : [])),
      });
    });
  });
}

describe('a policy with a scanner', () => {
  it('blocks for what only the scanner finds, with a proven fix', async () => {
    expect(await audit(EXAMPLE, true)).toEqual({
      code: 1,
      verdict: 'fail: 1 MEDIUM finding',
      findings: ['scanner/house/owner aws_s3_bucket.site, 1 proven edits'],
      said: [],
    });
  });

  it('is undecided when one that is required does not answer', async () => {
    const { code, verdict, said } = await audit(SILENT, true);

    expect(said).toEqual([expect.stringMatching(/^undecided: the scanner house gave no usable answer for aws_s3_bucket\.site: /u)]);
    expect([code, verdict]).toEqual([1, `undecided: ${said[0]?.replace('undecided: ', '') ?? ''}`]);
  });

  it('passes with a warning when one that is not required does not answer', async () => {
    const { code, verdict, said } = await audit(SILENT, false);

    expect(said).toEqual([expect.stringMatching(/^warning: the scanner house gave no usable answer for aws_s3_bucket\.site: /u)]);
    expect([code, verdict]).toEqual([0, 'pass: 1 resource in 1 file audited, nothing found']);
  });
});
