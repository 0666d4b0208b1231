import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, RemediationPlan } from '../../src/domain/finding.ts';
import { SourceText } from '../../src/domain/source.ts';
import { renderText } from '../../src/report/text.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, cleanReport, reportOf, sampleReport } from './sample.ts';

const plain = { colour: false };

/** Select Graphic Rendition sequences, the only ones a coloured report may have. */
const COLOUR = /\u001b\[[0-9;]+m/gu;

function finding(parts: Partial<Finding> & Pick<Finding, 'span'>): Finding {
  return {
    ruleId: 'aws-x-rule',
    severity: 'HIGH',
    outcome: 'fail',
    message: 'It is wrong.',
    address: bucket.address,
    instances: [],
    instanceCount: 0,
    fingerprint: '00000000000000000000000000000000',
    remediationPlan: null,
    ...parts,
  };
}

/** The part of the report that shows findings of one file. */
function shown(source: SourceText, findings: readonly Finding[], combined: RemediationPlan | null = null): string {
  const report = reportOf({
    resources: [{ ...bucket, file: source.file, startLine: 1, findings, remediationPlan: combined }],
    source: (file) => (file === source.file ? source : undefined),
  });
  return renderText(report, plain).split('\n\nFindings ')[0] ?? '';
}

describe('renderText', () => {
  it('shows resources worst first, then what could not be judged, totals and verdict', () => {
    expect(renderText(sampleReport, plain)).toBe(`aws_s3_bucket.logs  aws_s3_bucket  infra/main.tf:2

  CRITICAL  aws-s3-no-public-acl
  acl is "public-read", which lets everyone read the bucket; it must be private.
  infra/main.tf:8:12
    7 │   bucket = aws_s3_bucket.logs.id
    8 │   acl    = "public-read"
      │            ^^^^^^^^^^^^^
    9 │ }
  why  Anyone on the internet can list the bucket and download every object.

  fix  Set acl to "private". (needs review)
    infra/main.tf
    @@ -5,5 +5,5 @@

     resource "aws_s3_bucket_acl" "logs" {
       bucket = aws_s3_bucket.logs.id
    -  acl    = "public-read"
    +  acl    = "private"
     }
  proof  applied to a copy and audited again: 1 finding gone, none new (2 resources audited)
  live resource
    aws s3api put-bucket-acl --bucket shop-logs --acl private

  LOW  aws-s3-access-logging  infra/main.tf:2  No aws_s3_bucket_logging refers to this bucket; access to it must be logged.

aws_security_group.web  aws_security_group  infra/network.tf:1

  HIGH undecided  aws-ec2-no-open-ssh
  cidr_blocks is not known (var.office has no value here); it must not hold 0.0.0.0/0 for port 22.
  infra/network.tf:8:17
    7 │         protocol    = "tcp"
    8 │         cidr_blocks = var.office
      │                       ^^^^^^^^^^
    9 │     }

Could not be judged
  stacks/web.yaml:3:5  A mapping key ends without ":"; write "Key: value".

Warnings
  infra/.terraform  A .terraform folder is committed; it is never read.

Findings   1 CRITICAL, 1 HIGH, 1 LOW (1 undecided)
  to settle  Give \`var.office\` a value (tf-vars), or a plan (plan-file), to settle 1 requirement.
Resources  2 audited: 1 fail, 1 undecided, 1 of them recorded by an earlier run; 1 not covered by any rule
  not covered  aws_iam_role: aws_iam_role.deploy
Files      2 scanned, 1 failed, 1 ignored
  ignored  charts/values.yaml: not a CloudFormation template

FAIL  1 CRITICAL finding
      stacks/web.yaml could not be read in full: it is not valid YAML
`);
  });

  it('says in four lines that nothing was found', () => {
    expect(renderText(cleanReport, plain)).toBe(`Findings   none
Resources  1 audited: 1 pass
Files      2 scanned, 0 failed, 0 ignored

PASS  1 resource in 2 files audited, nothing found
`);
  });

  it('shows a minor finding whole where it blocks', () => {
    const text = renderText(reportOf({ ...sampleReport, threshold: 'LOW' }), plain);
    expect(text).toContain(
      '  LOW  aws-s3-access-logging\n  No aws_s3_bucket_logging refers to this bucket; access to it must be logged.\n',
    );
    expect(text).toContain('1. Choose a bucket for the logs.\n');
  });

  it('shows beside the address what the tool that wrote the declaration calls it', () => {
    const report = reportOf({ resources: [{ ...bucket, address: 'LogsBucket9C4D8843', path: 'ShopStack/Logs/Resource' }] });
    expect(renderText(report, plain)).toContain('LogsBucket9C4D8843  ShopStack/Logs/Resource  aws_s3_bucket  infra/main.tf:2\n');
  });

  it('colours the same text', () => {
    const coloured = renderText(sampleReport, { colour: true });
    expect(coloured.replaceAll(COLOUR, '')).toBe(renderText(sampleReport, plain));
    expect(coloured).toContain('\u001b[31m-  acl    = "public-read"\u001b[0m\n    \u001b[32m+  acl    = "private"\u001b[0m');
    expect(coloured).toContain('\u001b[1;97;41m^^^^^^^^^^^^^\u001b[0m');
  });

  it('shows one fix for all findings that it closes together', () => {
    const source = new SourceText('main.tf', 'a = 1\nb = 1\nc = 1\n');
    const edit = (at: number): RemediationPlan['edits'][number] => ({ span: source.span(at, at + 1), replacement: '2' });
    const plan = (summary: string, at: number, fingerprint: string): RemediationPlan => ({
      summary,
      steps: [],
      edits: [edit(at)],
      safety: 'safe',
      commands: [['aws', summary]],
      proof: { closes: [fingerprint], resourcesAudited: 1 },
    });
    const findings = [
      finding({ span: source.span(4, 5), fingerprint: 'a', message: 'a is 1.', remediationPlan: plan('a', 4, 'a') }),
      finding({ span: source.span(10, 11), fingerprint: 'b', message: 'b is 1.', remediationPlan: plan('b', 10, 'b') }),
      finding({
        span: source.span(16, 17),
        fingerprint: 'c',
        message: 'c is 1.',
        remediationPlan: { ...plan('c', 16, 'c'), edits: [], steps: ['Choose c.'], safety: null, proof: null },
      }),
    ];
    const combined: RemediationPlan = {
      ...plan('a', 4, 'a'),
      summary: 'One change for a and b.',
      edits: [edit(4), edit(10)],
      commands: [
        ['aws', 'a'],
        ['aws', 'b'],
        ['aws', 'c'],
      ],
      proof: { closes: ['a', 'b'], resourcesAudited: 1 },
    };
    expect(shown(source, findings, combined)).toBe(`aws_s3_bucket.logs  aws_s3_bucket  main.tf:1

  HIGH  aws-x-rule
  a is 1.
  main.tf:1:5
    1 │ a = 1
      │     ^
    2 │ b = 1

  HIGH  aws-x-rule
  b is 1.
  main.tf:2:5
    1 │ a = 1
    2 │ b = 1
      │     ^
    3 │ c = 1

  HIGH  aws-x-rule
  c is 1.
  main.tf:3:5
    2 │ b = 1
    3 │ c = 1
      │     ^

  fix  c
    1. Choose c.
  live resource
    aws c

  fix  one change for 2 of the 3 findings (safe to apply)
    main.tf
    @@ -1,3 +1,3 @@
    -a = 1
    -b = 1
    +a = 2
    +b = 2
     c = 1
  proof  applied to a copy and audited again: 2 findings gone, none new (1 resource audited)
  live resource
    aws a
    aws b`);
  });

  it('shows a place once, and names the instances concerned', () => {
    const source = new SourceText('main.tf', 'x\n');
    const instances = ['b["a"]', 'b["b"]', 'b["c"]', 'b["d"]', 'b["e"]'];
    expect(
      shown(source, [
        finding({ span: source.span(0, 1), instances, instanceCount: 1024 }),
        finding({ span: source.span(0, 1), ruleId: 'aws-y-rule' }),
      ]),
    ).toBe(`aws_s3_bucket.logs  aws_s3_bucket  main.tf:1

  HIGH  aws-x-rule
  It is wrong.
  instances: b["a"], b["b"], b["c"] and 1021 more
  main.tf:1:1
    1 │ x
      │ ^

  HIGH  aws-y-rule
  It is wrong.
  main.tf:1:1 (shown above)`);
  });

  it('tells failures before what is undecided, and why a rule matters once', () => {
    const source = new SourceText('main.tf', 'a\nb\nc\n');
    const critical = { ruleId: 'aws-s3-no-public-acl', severity: 'CRITICAL' } as const;
    const findings = [
      finding({ ...critical, span: source.span(0, 1), outcome: 'undecided', message: 'a is not known.' }),
      finding({ ...critical, span: source.span(2, 3), message: 'b is wrong.' }),
      finding({ ...critical, span: source.span(4, 5), message: 'c is wrong.' }),
    ];
    const lines = shown(source, findings)
      .split('\n')
      .filter((line) => /^ {2}(?:CRITICAL|why|[abc] is)/u.test(line));
    expect(lines).toEqual([
      '  CRITICAL  aws-s3-no-public-acl',
      '  b is wrong.',
      '  why  Anyone on the internet can list the bucket and download every object.',
      '  CRITICAL  aws-s3-no-public-acl',
      '  c is wrong.',
      '  CRITICAL undecided  aws-s3-no-public-acl',
      '  a is not known.',
    ]);
  });

  it('marks a range of several lines on its first', () => {
    const source = new SourceText('main.tf', 'ingress {\n  port = 22\n}\n');
    expect(shown(source, [finding({ span: source.span(0, 23) })])).toContain(`main.tf:1:1
    1 │ ingress {
      │ ^^^^^^^^^ to line 3
    2 │   port = 22`);
  });

  it('marks the place where something is missing', () => {
    const source = new SourceText('main.tf', 'a {\n}\n');
    expect(shown(source, [finding({ span: source.span(4, 4) })])).toContain('    2 │ }\n      │ ^');
  });

  it('cuts a long line around the range', () => {
    const source = new SourceText('web.json', `{"${'a'.repeat(300)}": "public-read", "${'b'.repeat(300)}": 1}\n`);
    const start = source.text.indexOf('"public-read"');
    expect(shown(source, [finding({ span: source.span(start, start + 13) })])).toContain(`web.json:1:306
    1 │ …${'a'.repeat(27)}": "public-read", "${'b'.repeat(54)}…
      │  ${' '.repeat(30)}^^^^^^^^^^^^^`);
  });

  it('puts the marks under wide and combining characters', () => {
    const source = new SourceText('main.tf', '水e\u0301🦊 = "x"\n');
    const start = source.text.indexOf('"x"');
    expect(shown(source, [finding({ span: source.span(start, start + 3) })])).toContain('    1 │ 水e\u0301🦊 = "x"\n      │         ^^^');
  });

  it('shows the finding without a frame when its file is not there', () => {
    const source = new SourceText('main.tf', 'x\n');
    expect(shown(source, [finding({ span: { ...source.span(0, 1), file: 'gone.tf' } })])).toBe(
      'aws_s3_bucket.logs  aws_s3_bucket  main.tf:1\n\n  HIGH  aws-x-rule\n  It is wrong.\n  gone.tf:1:1',
    );
  });

  it('says why there is no command', () => {
    const source = new SourceText('main.tf', 'x\n');
    const remediationPlan: RemediationPlan = {
      summary: 'Do it.',
      steps: [],
      edits: [],
      safety: null,
      commands: [['aws', 'a\nb']],
      proof: null,
    };
    expect(shown(source, [finding({ span: source.span(0, 1), remediationPlan })])).toContain(
      '  fix  Do it.\n  No script for the live resource: a name in it is too long or holds characters that cannot be seen.',
    );
  });

  it('names the first ten of a long list and counts the rest', () => {
    const ignored = Array.from({ length: 12 }, (_, index) => ({ path: `f${index}.yaml`, reason: 'not a template' }));
    const lines = renderText({ ...cleanReport, coverage: { ...cleanReport.coverage, ignored } }, plain).split('\n');
    expect(lines.slice(3, 14)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `  ignored  f${index}.yaml: not a template`),
      '  and 2 more; --format json lists them all',
    ]);
  });

  it('says which audit did not end, and that the verdict is undecided', () => {
    const failedAudits = [
      { root: '.', address: 'aws_s3_bucket.logs', file: 'main.tf', startLine: 4, endLine: 9, reason: 'it took over a minute' },
    ];
    const text = renderText(reportOf({ failedAudits }), plain);
    expect(text).toContain('Could not be judged\n  main.tf:4  aws_s3_bucket.logs could not be audited: it took over a minute\n');
    expect(text).toMatch(/\n\nUNDECIDED {2}aws_s3_bucket\.logs could not be audited: it took over a minute\n$/u);
  });

  it('lets no name move, hide or reorder anything', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const report = hostileReport(name);
        const text = renderText(report, plain);
        expect(text.replaceAll('\n', '')).not.toMatch(INVISIBLE);
        expect(renderText(report, { colour: true }).replaceAll(COLOUR, '')).toBe(text);
      }),
    );
  });
});
