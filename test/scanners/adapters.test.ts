/** Results of other tools, as scanners that are part of this program. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET, audited, begin, setting } from './scanner-support.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'adapters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the adapter makes of the folder, for the bucket of main.tf. */
async function found(...args: readonly string[]) {
  const { scanners } = begin([setting({ command: ['infra-audit', 'scanner', ...args], sha256: null })], process.env, folder);
  try {
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scanners);
    const findings = risk.findings.map(({ ruleId, severity, message, span }) => ({
      said: `${severity} ${ruleId}: ${message}`,
      at: BUCKET.slice(span.start, span.end),
    }));
    return {
      findings,
      failures: (risk.scannerFailures ?? []).map(({ reason }) => reason),
      notes: scanners.diagnostics().map(({ message }) => message),
    };
  } finally {
    await scanners.close();
  }
}

function sarif(results: readonly unknown[], rules: readonly unknown[] = []): string {
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'other', rules } }, results }] });
}

function at(uri: string, startLine: number) {
  return [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }];
}

describe('results in SARIF', () => {
  it('are findings of the resource on whose lines they lie', async () => {
    const results = [
      { ruleId: 'named', level: 'note', message: { text: 'the name is a shop’s' }, locations: at('main.tf', 2) },
      { ruleId: 'scored', message: { text: 'open to all' }, locations: at(`file://${folder}/main.tf`, 1) },
      { ruleId: 'fine', kind: 'pass', message: { text: 'fine' }, locations: at('main.tf', 1) },
      { ruleId: 'accepted', message: { text: 'accepted' }, suppressions: [{ kind: 'external' }], locations: at('main.tf', 1) },
      { ruleId: 'elsewhere', level: 'error', message: { text: 'not here' }, locations: at('network/main.tf', 2) },
    ];
    const rules = [{ id: 'scored', shortDescription: { text: 'Bucket must be closed' }, properties: { 'security-severity': '9.1' } }];
    writeFileSync(path.join(folder, 'a.sarif'), sarif(results, rules));

    expect(await found('sarif', 'a.sarif')).toEqual({
      findings: [
        { said: 'CRITICAL scanner/probe/scored: Bucket must be closed: open to all', at: 'resource "aws_s3_bucket" "logs" {' },
        { said: 'LOW scanner/probe/named: the name is a shop’s', at: 'bucket = "acme-logs"' },
      ],
      failures: [],
      notes: ['HIGH finding elsewhere of the scanner probe lies in no resource (network/main.tf:2): not here'],
    });
  });

  it('are all taken, however many', async () => {
    const results = Array.from({ length: 450 }, (_, index) => ({
      ruleId: `r${index}`,
      message: { text: 'x' },
      locations: at('main.tf', 1),
    }));
    writeFileSync(path.join(folder, 'a.sarif'), sarif(results));

    const { findings, failures } = await found('sarif', 'a.sarif');
    expect(findings.at(-1)?.said).toBe('MEDIUM scanner/probe/r99: x');
    expect(new Set(findings.map(({ said }) => said)).size).toBe(450);
    expect(failures).toEqual([]);
  });

  it.each([
    ['is not there', null, /^analyze_repository answered with an error: ENOENT/u],
    ['is no JSON', '{', /^analyze_repository answered with an error: a\.sarif is no JSON$/u],
    ['is of another format', '{"version":"2.0.0","runs":[]}', /a\.sarif is no SARIF 2\.1\.0: version: /u],
  ])('are a failure when the file %s', async (_name, text, reason) => {
    if (text !== null) writeFileSync(path.join(folder, 'a.sarif'), text);
    expect(await found('sarif', 'a.sarif')).toEqual({ findings: [], failures: [expect.stringMatching(reason)], notes: [] });
  });
});

const isInstalled = spawnSync('checkov', ['--version']).status === 0;

describe('checkov', () => {
  it.skipIf(!isInstalled)('is run over the folder', async () => {
    writeFileSync(path.join(folder, 'main.tf'), BUCKET);
    const { findings, failures } = await found('checkov');
    expect(failures).toEqual([]);
    expect(findings.map(({ said }) => said)).toContain('HIGH scanner/probe/CKV_AWS_18: Ensure the S3 bucket has access logging enabled');
  });

  it('is not run with settings that the change brings along', async () => {
    writeFileSync(path.join(folder, '.checkov.yaml'), 'check: [NONE]\n');
    expect((await found('checkov')).failures).toEqual([expect.stringContaining('checkov would follow .checkov.yaml of the change')]);
  });
});
