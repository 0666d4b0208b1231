import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../../src/domain/finding.ts';
import { renderSarif, sarifLog } from '../../src/report/sarif.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, cleanReport, reportOf, sampleReport } from './sample.ts';

const message = z.strictObject({ text: z.string().min(1) });
const level = z.enum(['none', 'note', 'warning', 'error']);

/** 3.30: lines and columns count from 1; columns need a line; the end is not before the start. */
const region = z
  .strictObject({
    startLine: z.int().min(1),
    startColumn: z.int().min(1).optional(),
    endLine: z.int().min(1).optional(),
    endColumn: z.int().min(1).optional(),
  })
  .refine(({ startLine, endLine = startLine }) => endLine >= startLine)
  .refine(({ startLine, endLine = startLine, startColumn = 1, endColumn = Infinity }) => endLine > startLine || endColumn >= startColumn);

/** 3.4: a relative reference (RFC 3986) without scheme, query or fragment, that does not leave the root. */
const artifactLocation = z.strictObject({
  uri: z
    .string()
    .regex(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/u)
    .refine((uri) => !uri.startsWith('/') && !uri.split('/').includes('..')),
  uriBaseId: z.literal('%SRCROOT%'),
});

const location = z.strictObject({
  physicalLocation: z.strictObject({ artifactLocation, region: region.optional() }),
  logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() })).optional(),
});

/** 3.49, and what GitHub asks of a rule: descriptions of at most 1,024 characters, a score as text. */
const rule = z.strictObject({
  id: z.string().min(1).max(255),
  shortDescription: z.strictObject({ text: z.string().min(1).max(1024) }),
  fullDescription: z.strictObject({ text: z.string().min(1).max(1024) }),
  help: z.strictObject({ text: z.string().min(1), markdown: z.string().min(1) }),
  helpUri: z.url().optional(),
  defaultConfiguration: z.strictObject({ level }),
  properties: z.strictObject({
    tags: z
      .array(z.string())
      .max(10)
      .refine((tags) => tags.includes('security')),
    precision: z.enum(['very-high', 'high', 'medium', 'low']),
    'security-severity': z.string().regex(/^(?:10\.0|[0-9]\.[0-9])$/u),
  }),
});

/** 3.55-3.57: a fix changes at least one artifact at at least one place. */
const fix = z.strictObject({
  description: message,
  artifactChanges: z
    .array(
      z.strictObject({
        artifactLocation,
        replacements: z.array(z.strictObject({ deletedRegion: region, insertedContent: z.strictObject({ text: z.string() }) })).min(1),
      }),
    )
    .min(1),
});

/** 3.27: suppressions are in all results of a run or in none; without `kind` a result is a failure and must not have the level `none`. GitHub needs exactly a place. */
const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(0),
  level: level.exclude(['none']),
  message,
  locations: z.array(location).length(1),
  partialFingerprints: z.record(z.string(), z.string().min(1)),
  baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']).optional(),
  suppressions: z.array(
    z.strictObject({
      kind: z.enum(['inSource', 'external']),
      status: z.enum(['accepted', 'underReview', 'rejected']),
      justification: z.string().min(1),
    }),
  ),
  fixes: z.array(fix).optional(),
  properties: z.looseObject({}),
});

const run = z
  .strictObject({
    tool: z.strictObject({
      driver: z.strictObject({
        name: z.string(),
        semanticVersion: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+/u),
        rules: z.array(rule).max(25_000),
      }),
    }),
    columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
    originalUriBaseIds: z.record(z.string(), z.strictObject({ description: message })),
    invocations: z
      .array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ level, message, descriptor: z.strictObject({ id: z.string() }), locations: z.array(location).optional() }),
          ),
        }),
      )
      .length(1),
    results: z.array(result).max(25_000),
  })
  .refine(
    ({ tool, results }) => results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId),
    'ruleIndex and ruleId name the same rule',
  )
  .refine(({ tool }) => new Set(tool.driver.rules.map(({ id }) => id)).size === tool.driver.rules.length, 'a rule is described once')
  .refine(({ originalUriBaseIds }) => '%SRCROOT%' in originalUriBaseIds);

const log = z.strictObject({ $schema: z.url(), version: z.literal('2.1.0'), runs: z.array(run).length(1) });

describe('sarifLog', () => {
  it('describes each rule of a finding, with its severity as a score', () => {
    const [{ tool }] = sarifLog(sampleReport).runs;
    expect(tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity']])).toEqual([
      ['aws-ec2-no-open-ssh', '8.0'],
      ['aws-s3-access-logging', '2.0'],
      ['aws-s3-no-public-acl', '9.5'],
    ]);
    expect(tool.driver.rules[2]).toEqual({
      id: 'aws-s3-no-public-acl',
      shortDescription: { text: 'S3 bucket must not grant access to everyone by its ACL' },
      fullDescription: { text: 'Anyone on the internet can list the bucket and download every object.' },
      help: {
        text: 'Anyone on the internet can list the bucket and download every object.\n1. Set `acl` to `private`.\n2. Give readers access by a bucket policy.\nControls: fsbp S3.2\nThe same elsewhere: checkov CKV_AWS_20\nhttps://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html',
        markdown:
          'Anyone on the internet can list the bucket and download every object.\n\n1. Set `acl` to `private`.\n2. Give readers access by a bucket policy.\n\nControls: fsbp `S3.2`\n\nThe same elsewhere: checkov `CKV_AWS_20`\n\n- [`https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html)',
      },
      helpUri: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html',
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['security', 'infrastructure-as-code'], precision: 'high', 'security-severity': '9.5' },
    });
  });

  it('gives results worst first, with place, fingerprint and fix', () => {
    const [{ results, columnKind }] = sarifLog(sampleReport).runs;
    expect(columnKind).toBe('utf16CodeUnits');
    expect(results).toMatchObject([
      { ruleId: 'aws-s3-no-public-acl' },
      { ruleId: 'aws-ec2-no-open-ssh' },
      { ruleId: 'aws-s3-access-logging' },
    ]);
    const artifactLocation = { uri: 'infra/main.tf', uriBaseId: '%SRCROOT%' };
    const place = { startLine: 8, startColumn: 12, endLine: 8, endColumn: 25 };
    expect(results[0]).toEqual({
      ruleId: 'aws-s3-no-public-acl',
      ruleIndex: 2,
      level: 'error',
      message: { text: 'acl is "public-read", which lets everyone read the bucket; it must be private. (aws_s3_bucket.logs)' },
      locations: [
        {
          physicalLocation: { artifactLocation, region: place },
          logicalLocations: [{ fullyQualifiedName: 'infra/aws_s3_bucket.logs', kind: 'resource' }],
        },
      ],
      partialFingerprints: { 'infrastructureSecurityAgent/v1': '0123456789abcdef0123456789abcdef' },
      fixes: [
        {
          description: { text: 'Set acl to "private".' },
          artifactChanges: [{ artifactLocation, replacements: [{ deletedRegion: place, insertedContent: { text: '"private"' } }] }],
        },
      ],
      suppressions: [],
      properties: { severity: 'CRITICAL', outcome: 'fail', blocks: true },
    });
  });

  it('shows an undecided finding as a note that says so', () => {
    const [{ results }] = sarifLog(sampleReport).runs;
    expect(results[1]?.message.text).toMatch(/^Could not be decided: cidr_blocks is not known/u);
    expect(results[1]).toMatchObject({
      level: 'note',
      properties: { severity: 'HIGH', outcome: 'undecided' },
    });
  });

  it('tells what could not be judged, and that the run is not whole', () => {
    expect(sarifLog(sampleReport).runs[0].invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'A mapping key ends without ":"; write "Key: value".' },
            descriptor: { id: 'syntax' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'stacks/web.yaml', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
                },
              },
            ],
          },
          {
            level: 'warning',
            message: { text: 'A .terraform folder is committed; it is never read.' },
            descriptor: { id: 'terraform-folder' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'infra/.terraform', uriBaseId: '%SRCROOT%' } } }],
          },
        ],
      },
    ]);
    expect(sarifLog(cleanReport).runs[0].invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  it('gives a finding that is worse than its rule says a rule of its own', () => {
    const findings = bucket.findings.map((finding): Finding => (finding.severity === 'LOW' ? { ...finding, severity: 'HIGH' } : finding));
    const [{ tool, results }] = sarifLog(reportOf({ resources: [bucket, { ...bucket, address: 'aws_s3_bucket.media', findings }] })).runs;
    expect(results.map(({ ruleId }) => ruleId)).toEqual([
      'aws-s3-no-public-acl',
      'aws-s3-no-public-acl',
      'aws-s3-access-logging/high',
      'aws-s3-access-logging',
    ]);
    expect(tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity']])).toEqual([
      ['aws-s3-access-logging', '2.0'],
      ['aws-s3-access-logging/high', '8.0'],
      ['aws-s3-no-public-acl', '9.5'],
    ]);
  });

  it('keeps the worst 5,000 results and says how many are not there', () => {
    const report = reportOf({ resources: Array.from({ length: 2501 }, () => bucket) });
    const [{ results, invocations }] = sarifLog(report).runs;
    expect(results.map(({ level }) => level)).toEqual([
      ...Array.from({ length: 2501 }, () => 'error'),
      ...Array.from({ length: 2499 }, () => 'note'),
    ]);
    expect(invocations[0].toolExecutionNotifications).toEqual([
      {
        level: 'warning',
        message: { text: '2 more findings are not in this file, which holds the worst 5000; the JSON report has them all.' },
        descriptor: { id: 'limit-results' },
      },
    ]);
  });

  it('keeps the first 1,000 notifications, what could not be judged before warnings, and says how many are not there', () => {
    const failed = Array.from({ length: 1001 }, (_, index) => ({ path: `f${index}.tf`, reason: 'it is over 5 MiB' }));
    const report = reportOf({ coverage: { scanned: [], failed, ignored: [] }, diagnostics: sampleReport.diagnostics });
    const { toolExecutionNotifications: said } = sarifLog(report).runs[0].invocations[0];
    expect(new Set(said.slice(0, 1000).map(({ level }) => level))).toEqual(new Set(['error']));
    expect(said.slice(1000)).toEqual([
      {
        level: 'warning',
        message: { text: '3 more notifications are not in this file; the JSON report has them all.' },
        descriptor: { id: 'limit-notifications' },
      },
    ]);
  });

  it('leaves out a fix of more than 64 Ki characters', () => {
    const fixesOf = (length: number): number | undefined => {
      const findings = bucket.findings.map((finding): Finding => {
        const plan = finding.remediationPlan;
        if (plan === null) return finding;
        return {
          ...finding,
          remediationPlan: { ...plan, edits: plan.edits.map((edit) => ({ ...edit, replacement: 'x'.repeat(length) })) },
        };
      });
      return sarifLog(reportOf({ resources: [{ ...bucket, findings }] })).runs[0].results[0]?.fixes?.length;
    };
    expect([fixesOf(65_536), fixesOf(65_537)]).toEqual([1, undefined]);
  });

  it('keeps descriptions within what GitHub takes', () => {
    const rules = new Map(
      [...sampleReport.rules.values()].map((rule) => [rule.id, { ...rule, title: 't'.repeat(1001), why: 'w'.repeat(1024) }]),
    );
    const [{ tool }] = sarifLog({ ...sampleReport, rules }).runs;
    expect(tool.driver.rules[0]).toMatchObject({
      shortDescription: { text: `${'t'.repeat(1000)}… (1 more)` },
      fullDescription: { text: `${'w'.repeat(1000)}… (24 more)` },
    });
  });

  it('writes a path as a relative reference', () => {
    const [finding] = bucket.findings;
    if (finding === undefined) throw new Error('the sample has a finding');
    const file = 'a:b/ü #1?.tf';
    const [{ results }] = sarifLog(
      reportOf({ resources: [{ ...bucket, findings: [{ ...finding, span: { ...finding.span, file } }] }] }),
    ).runs;
    expect(results[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe('a%3Ab/%C3%BC%20%231%3F.tf');
  });

  it.each([
    ['the sample', sampleReport],
    ['a clean run', cleanReport],
    ['no run at all', reportOf({ coverage: { scanned: [], failed: [], ignored: [] } })],
  ])('keeps to the standard: %s', (_, report) => {
    expect(log.parse(sarifLog(report))).toEqual(sarifLog(report));
  });

  it('keeps to the standard, whatever the names', () => {
    const pathLike = hostileText.filter((name) => !/^\/|(?:^|\/)\.\.(?:\/|$)/u.test(name));
    fc.assert(
      fc.property(pathLike, (name) => {
        const report = hostileReport(name);
        expect(log.safeParse(sarifLog(report)).error).toBeUndefined();
        for (const {
          message: { text },
        } of sarifLog(report).runs[0].results) {
          expect(text).not.toMatch(INVISIBLE);
          expect(text).not.toContain('](');
        }
      }),
    );
  });
});

describe('renderSarif', () => {
  it('is text that reads back as the log', () => {
    expect(JSON.parse(renderSarif(sampleReport))).toEqual(sarifLog(sampleReport));
  });

  it('holds as many of the worst results as fit after gzip, and says how many are not there', () => {
    const resources = Array.from({ length: 100 }, (_, index) => {
      const message = createHash('sha512').update(String(index)).digest('hex');
      return { ...bucket, findings: bucket.findings.map((finding): Finding => ({ ...finding, message })) };
    });
    const report = reportOf({ resources });
    const whole = gzipSync(renderSarif(report)).length;
    expect(JSON.parse(renderSarif(report, whole))).toEqual(sarifLog(report));
    const text = renderSarif(report, whole - 1);
    expect(gzipSync(text).length).toBeLessThan(whole);
    const [{ results, invocations }] = log.parse(JSON.parse(text)).runs as [z.infer<typeof run>];
    expect(results.slice(0, 100).map(({ level: own }) => own)).toEqual(Array.from({ length: 100 }, () => 'error'));
    expect(results).toHaveLength(180);
    expect(invocations[0]?.toolExecutionNotifications.at(-1)?.message.text).toBe(
      '20 more findings are not in this file, which holds the worst 180; the JSON report has them all.',
    );
  });

  it('ends, whatever the limit', () => {
    expect(JSON.parse(renderSarif(sampleReport, 1))).toMatchObject({ runs: [{ results: [] }] });
  });
});
