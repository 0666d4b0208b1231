/** Scanners that misbehave: each ends as a failure in words, within its time, and leaves no process. */
import { afterEach, describe, expect, it } from 'vitest';
import { BUCKET, audited, begin, hostile, running } from './scanner-support.ts';
import type { Begun } from './scanner-support.ts';
import type { ScannerTerms } from '../../src/scanners/scanners.ts';

const begun: Begun[] = [];
afterEach(async () => {
  await Promise.all(begun.splice(0).map(({ scanners }) => scanners.close()));
});

async function outcome(setting: ScannerTerms) {
  const own = begin([setting]);
  begun.push(own);
  const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', own.scanners);
  await own.scanners.close();
  return { risk, reasons: risk.scannerFailures?.map(({ reason }) => reason) ?? [], lines: own.lines, left: running(setting) };
}

describe('a scanner that', () => {
  it.each([
    ['crash-at-start', 'its program ended with exit code 3 before it was asked to'],
    ['exit-0', 'its program ended with exit code 0 before it was asked to'],
    ['crash-in-call', 'its program ended with exit code 7 before it was asked to'],
    ['orphan', 'its program ended with exit code 0 before it was asked to'],
    ['not-json', 'it wrote a line to standard output that is no JSON-RPC message; a log belongs to standard error'],
    ['huge', 'it wrote a message of more than 1048576 bytes'],
    ['hundred-thousand', 'it wrote a message of more than 1048576 bytes'],
    ['flood-stdout', 'it wrote more than 1000 messages that nobody asked for'],
    ['no-tool', 'it has neither a tool analyze_resource nor analyze_repository; it has scan, of which the policy can name one'],
    ['endless-list', 'its list of tools does not end within 10 pages'],
    ['no-content', 'its answer has no structuredContent with a list of findings'],
    ['tool-error', 'analyze_resource answered with an error: no license\\u{202e}'],
    ['sampling/createMessage', 'analyze_resource answered with an error: refused: Method not found'],
    ['roots/list', 'analyze_resource answered with an error: refused: Method not found'],
    ['elicitation/create', 'analyze_resource answered with an error: refused: Method not found'],
  ])('does %s', async (kind, reason) => {
    const { risk, reasons, left } = await outcome(hostile(kind));
    expect(reasons).toEqual([reason]);
    expect(risk.findings).toEqual([]);
    expect(left).toEqual([]);
  });

  it.each(['hang-at-start', 'hang-in-call', 'drip'])('does %s is given up when its time is over', async (kind) => {
    const { reasons, left } = await outcome(hostile(kind, { timeoutMilliseconds: 700 }));
    expect(reasons).toEqual([
      'it took longer than the 0.7 s that all of its calls may take together; give it more time in the policy, or make it faster',
    ]);
    expect(left).toEqual([]);
  });

  it('finds more than is taken gives the first 1,000, as far as they can be recorded, and is told of', async () => {
    const { risk, reasons } = await outcome(hostile('many'));
    expect(risk.findings[0]).toMatchObject({ ruleId: 'scanner/probe/r0', message: 'm0' });
    expect(risk.findings.length).toBeGreaterThan(100);
    expect(reasons[0]).toBe('it answered with 15000 findings, of which the first 1000 are taken');
  });

  it('gives one finding that is not as the contract says keeps the others', async () => {
    const { risk, reasons } = await outcome(hostile('wrong-schema'));
    expect(risk.findings.map(({ ruleId }) => ruleId)).toEqual(['scanner/probe/r1']);
    expect(reasons).toEqual([expect.stringMatching(/^1 of its findings are not as the contract says: findings\[0\]\.severity: /u)]);
  });

  it('is not the pinned one is not asked', async () => {
    const { reasons } = await outcome(hostile('other-description', { toolsSha256: '0'.repeat(64) }));
    const actual = /their sha256 is ([0-9a-f]{64}),/u.exec(reasons[0] ?? '')?.[1] ?? '';
    expect((await outcome(hostile('other-description', { toolsSha256: actual }))).reasons).toEqual([]);
    expect((await outcome(hostile('quiet', { toolsSha256: actual }))).reasons).toEqual([
      expect.stringMatching(/^its tools are not those that the policy pins/u),
    ]);
  });

  it('logs a lot is cut, and its lines reach the encoder of the log one by one', async () => {
    expect((await outcome(hostile('stderr-commands'))).lines).toEqual([
      'scanner probe: ::error::injected',
      'scanner probe: ##[error]injected',
    ]);
    const { lines } = await outcome(hostile('flood-stderr'));
    expect(lines.join('\n').length).toBeLessThan(66_000);
    expect(lines.at(-1)).toMatch(/x… \(its log is longer than 65536 bytes; the rest is not shown\)$/u);
  });

  it('looks at its environment sees none of the job', async () => {
    const own = begin([hostile('environment', { environment: { LEVEL: 'all' } })], {
      PATH: '/nowhere/bin:/usr/bin',
      GITHUB_TOKEN: 'x',
      INPUT_KEY: 'x',
      LANG: 'C',
    });
    begun.push(own);
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', own.scanners);
    expect(risk.findings[0]?.message).toBe('HOME LANG LEVEL PATH | /usr/bin');
  });

  it('is to be given a token is not started', async () => {
    expect((await outcome(hostile('quiet', { environment: { API_TOKEN: 'x' } }))).reasons).toEqual([
      expect.stringMatching(/^its environment may not have API_TOKEN/u),
    ]);
  });
});
