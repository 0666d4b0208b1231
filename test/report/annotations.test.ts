import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotations } from '../../src/report/annotations.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, reportOf, sampleReport } from './sample.ts';

describe('annotations', () => {
  it('gives what could not be judged, then findings worst first, then warnings', () => {
    expect(annotations(sampleReport)).toEqual([
      {
        level: 'error',
        file: 'stacks/web.yaml',
        startLine: 3,
        endLine: 3,
        startColumn: 5,
        endColumn: 9,
        title: 'Could not be judged',
        message: 'A mapping key ends without ":"; write "Key: value".',
      },
      {
        level: 'error',
        file: 'infra/main.tf',
        startLine: 8,
        endLine: 8,
        startColumn: 12,
        endColumn: 25,
        title: 'CRITICAL: S3 bucket must not grant access to everyone by its ACL',
        message:
          'acl is "public-read", which lets everyone read the bucket; it must be private.\naws_s3_bucket.logs\nFix: Set acl to "private".',
      },
      {
        level: 'warning',
        file: 'infra/network.tf',
        startLine: 8,
        endLine: 8,
        startColumn: 17,
        endColumn: 27,
        title: 'HIGH undecided: Security group must not open SSH to the world',
        message: 'cidr_blocks is not known (var.office has no value here); it must not hold 0.0.0.0/0 for port 22.\naws_security_group.web',
      },
      {
        level: 'notice',
        file: 'infra/main.tf',
        startLine: 2,
        endLine: 2,
        startColumn: 1,
        endColumn: 32,
        title: 'LOW: S3 bucket must log access',
        message:
          'No aws_s3_bucket_logging refers to this bucket; access to it must be logged.\naws_s3_bucket.logs\nFix: Log access to another bucket.',
      },
      {
        level: 'warning',
        file: 'infra/.terraform',
        startLine: 1,
        endLine: 1,
        startColumn: null,
        endColumn: null,
        title: 'Worth knowing',
        message: 'A .terraform folder is committed; it is never read.',
      },
    ]);
  });

  it('marks as errors what blocks', () => {
    const level = (threshold: typeof sampleReport.threshold): string[] =>
      annotations(reportOf({ ...sampleReport, diagnostics: [], coverage: { scanned: [], failed: [], ignored: [] }, threshold })).map(
        (each) => each.level,
      );
    expect(level('HIGH')).toEqual(['error', 'error', 'notice']);
    expect(level('none')).toEqual(['warning', 'warning', 'notice']);
  });

  it('has no columns over several lines', () => {
    const [finding] = bucket.findings;
    if (finding === undefined) throw new Error('the sample has a finding');
    const span = { file: 'infra/main.tf', start: { offset: 0, line: 1, column: 1 }, end: { offset: 60, line: 3, column: 4 } };
    expect(annotations(reportOf({ resources: [{ ...bucket, findings: [{ ...finding, span }] }] }))).toMatchObject([
      { startLine: 1, endLine: 3, startColumn: null, endColumn: null },
    ]);
  });

  it('shows a file that no diagnostic explains, and an audit that did not end', () => {
    const report = reportOf({
      coverage: { scanned: [], failed: [{ path: 'big.tf', reason: 'it is over 5 MiB' }], ignored: [] },
      failedAudits: [
        { root: '.', address: 'aws_s3_bucket.logs', file: 'main.tf', startLine: 4, endLine: 9, reason: 'it took over a minute' },
      ],
      diagnostics: [{ level: 'undecided', code: 'no-such-resource', message: 'No resource has this name.' }],
    });
    expect(annotations(report)).toEqual([
      {
        level: 'error',
        file: 'big.tf',
        startLine: 1,
        endLine: 1,
        startColumn: null,
        endColumn: null,
        title: 'Could not be judged',
        message: 'could not be read in full: it is over 5 MiB',
      },
      {
        level: 'error',
        file: 'main.tf',
        startLine: 4,
        endLine: 9,
        startColumn: null,
        endColumn: null,
        title: 'Could not be judged',
        message: 'aws_s3_bucket.logs could not be audited: it took over a minute',
      },
    ]);
  });

  it('cuts a long title and a long message', () => {
    const findings = bucket.findings
      .slice(0, 1)
      .map((finding) => ({ ...finding, ruleId: 'r'.repeat(300), message: 'm'.repeat(5000), remediationPlan: null }));
    expect(annotations(reportOf({ resources: [{ ...bucket, findings }] }))).toMatchObject([
      { title: `LOW: ${'r'.repeat(195)}… (105 more)`, message: `${'m'.repeat(4000)}… (1019 more)` },
    ]);
  });

  it('keeps to the limits and hides nothing, whatever the names', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const { title, message } of annotations(hostileReport(name))) {
          expect(title.length).toBeLessThanOrEqual(255);
          expect(title).not.toMatch(INVISIBLE);
          expect(message.replaceAll('\n', '')).not.toMatch(INVISIBLE);
          expect(message.split('\n').length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});
