import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import { jsonReport, renderJson } from '../../src/report/json.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, reportOf, sampleReport } from './sample.ts';

const plan = {
  summary: 'Set acl to "private".',
  steps: ['Set acl to "private".', 'Give readers access by a bucket policy.'],
  diff: '--- a/infra/main.tf\n+++ b/infra/main.tf\n@@ -5,5 +5,5 @@\n \n resource "aws_s3_bucket_acl" "logs" {\n   bucket = aws_s3_bucket.logs.id\n-  acl    = "public-read"\n+  acl    = "private"\n }\n',
  edits: [
    {
      file: 'infra/main.tf',
      startLine: 8,
      startColumn: 12,
      endLine: 8,
      endColumn: 25,
      startOffset: 169,
      endOffset: 182,
      replacement: '"private"',
    },
  ],
  script: '#!/bin/sh\nset -eu\naws s3api put-bucket-acl --bucket shop-logs --acl private\n',
  safety: 'needs-review',
  proof: { closes: ['0123456789abcdef0123456789abcdef'], resourcesAudited: 2, valuesUnchanged: null },
};

describe('jsonReport', () => {
  it('is version 1 of the contract', () => {
    expect(jsonReport(sampleReport)).toEqual({
      version: 1,
      tool: { name: 'infrastructure-security-agent', version: '0.1.0' },
      verdict: { outcome: 'fail', reasons: ['1 CRITICAL finding', 'stacks/web.yaml could not be read in full: it is not valid YAML'] },
      failOnSeverity: 'CRITICAL',
      block: 'all',
      base: null,
      headSha: null,
      summary: {
        resources: { audited: 2, pass: 0, fail: 1, undecided: 1, reused: 1, notCovered: 1 },
        findings: {
          CRITICAL: { fail: 1, undecided: 0 },
          HIGH: { fail: 0, undecided: 1 },
          MEDIUM: { fail: 0, undecided: 0 },
          LOW: { fail: 1, undecided: 0 },
          INFO: { fail: 0, undecided: 0 },
        },
        standing: { blocking: 1, new: 3, alreadyThere: 0, silenced: 0 },
        files: { scanned: 2, failed: 1, ignored: 1 },
      },
      resources: [
        {
          root: 'infra',
          address: 'aws_s3_bucket.logs',
          path: null,
          type: 'aws_s3_bucket',
          framework: 'terraform',
          file: 'infra/main.tf',
          startLine: 2,
          endLine: 4,
          instances: ['aws_s3_bucket.logs'],
          outcome: 'fail',
          severity: 'CRITICAL',
          violationFound: true,
          workflowId: 'audit-42-1f2e3d',
          reused: false,
          changed: null,
          remediationPlan: plan,
          approval: null,
        },
        {
          root: 'infra',
          address: 'aws_security_group.web',
          path: null,
          type: 'aws_security_group',
          framework: 'terraform',
          file: 'infra/network.tf',
          startLine: 1,
          endLine: 10,
          instances: ['aws_security_group.web'],
          outcome: 'undecided',
          severity: 'HIGH',
          violationFound: false,
          workflowId: 'audit-42-4c5b6a',
          reused: true,
          changed: null,
          remediationPlan: null,
          approval: null,
        },
      ],
      findings: [
        {
          ruleId: 'aws-s3-no-public-acl',
          title: 'S3 bucket must not grant access to everyone by its ACL',
          severity: 'CRITICAL',
          outcome: 'fail',
          message: 'acl is "public-read", which lets everyone read the bucket; it must be private.',
          root: 'infra',
          address: 'aws_s3_bucket.logs',
          instances: [],
          instanceCount: 0,
          file: 'infra/main.tf',
          startLine: 8,
          startColumn: 12,
          endLine: 8,
          endColumn: 25,
          fingerprint: '0123456789abcdef0123456789abcdef',
          blocks: true,
          isNew: true,
          silence: null,
          refusedSilences: [],
          remediationPlan: plan,
        },
        {
          ruleId: 'aws-ec2-no-open-ssh',
          title: 'Security group must not open SSH to the world',
          severity: 'HIGH',
          outcome: 'undecided',
          message: 'cidr_blocks is not known (var.office has no value here); it must not hold 0.0.0.0/0 for port 22.',
          root: 'infra',
          address: 'aws_security_group.web',
          instances: [],
          instanceCount: 0,
          file: 'infra/network.tf',
          startLine: 8,
          startColumn: 17,
          endLine: 8,
          endColumn: 27,
          fingerprint: 'fedcba9876543210fedcba9876543210',
          blocks: false,
          isNew: true,
          silence: null,
          refusedSilences: [],
          remediationPlan: null,
        },
        {
          ruleId: 'aws-s3-access-logging',
          title: 'S3 bucket must log access',
          severity: 'LOW',
          outcome: 'fail',
          message: 'No aws_s3_bucket_logging refers to this bucket; access to it must be logged.',
          root: 'infra',
          address: 'aws_s3_bucket.logs',
          instances: [],
          instanceCount: 0,
          file: 'infra/main.tf',
          startLine: 2,
          startColumn: 1,
          endLine: 2,
          endColumn: 32,
          fingerprint: '00112233445566778899aabbccddeeff',
          blocks: false,
          isNew: true,
          silence: null,
          refusedSilences: [],
          remediationPlan: {
            summary: 'Log access to another bucket.',
            steps: ['Choose a bucket for the logs.', 'Name it in `aws_s3_bucket_logging`.'],
            diff: null,
            edits: [],
            script: null,
            safety: null,
            proof: null,
          },
        },
      ],
      notCovered: [{ address: 'aws_iam_role.deploy', type: 'aws_iam_role', file: 'infra/main.tf' }],
      failedAudits: [],
      files: {
        scanned: [
          { path: 'infra/main.tf', reason: 'Terraform' },
          { path: 'infra/network.tf', reason: 'Terraform' },
        ],
        failed: [{ path: 'stacks/web.yaml', reason: 'it is not valid YAML' }],
        ignored: [{ path: 'charts/values.yaml', reason: 'not a CloudFormation template' }],
      },
      diagnostics: [
        {
          level: 'undecided',
          code: 'syntax',
          message: 'A mapping key ends without ":"; write "Key: value".',
          file: 'stacks/web.yaml',
          line: 3,
          column: 5,
          isNew: true,
          blocks: true,
        },
        {
          level: 'warning',
          code: 'terraform-folder',
          message: 'A .terraform folder is committed; it is never read.',
          file: 'infra/.terraform',
          line: null,
          column: null,
          isNew: true,
          blocks: false,
        },
      ],
    });
  });

  it('is the same whatever order the resources ended in', () => {
    expect(renderJson(reportOf({ ...sampleReport, resources: sampleReport.resources.toReversed() }))).toBe(renderJson(sampleReport));
  });

  it('gives the edits alone where lines are so long that a diff helps nobody', () => {
    const source = new SourceText('web.json', `{"a": "${'x'.repeat(40_000)}", "b": 1}`);
    const [finding] = bucket.findings;
    if (finding === undefined) throw new Error('the sample has a finding');
    const edits = [{ span: source.span(source.text.length - 2, source.text.length - 1), replacement: '2' }];
    const remediationPlan = { summary: 'b', steps: [], edits, safety: 'safe', commands: [], proof: null } as const;
    const [shown] = jsonReport(
      reportOf({ resources: [{ ...bucket, findings: [{ ...finding, remediationPlan }] }], source: () => source }),
    ).findings;
    expect(shown?.remediationPlan).toMatchObject({ diff: null, edits: [{ file: 'web.json', startLine: 1, replacement: '2' }] });
  });
});

describe('renderJson', () => {
  it('is text that reads back as the report', () => {
    expect(JSON.parse(renderJson(sampleReport))).toEqual(jsonReport(sampleReport));
  });

  it('shows no invisible character as such and loses none', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const report = hostileReport(name);
        const text = renderJson(report);
        expect(text.replaceAll('\n', '')).not.toMatch(INVISIBLE);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(jsonReport(report))));
      }),
    );
  });
});
