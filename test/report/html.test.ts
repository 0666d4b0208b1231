import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import type { Edit } from '../../src/domain/source.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { renderHtml } from '../../src/report/html.ts';
import { SCRIPT } from '../../src/report/html/script.ts';
import { STYLE } from '../../src/report/html/style.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { tagsOf, textOf } from './html/page.ts';
import { bucket, cleanReport, reportOf, sampleReport } from './sample.ts';

/** Text of the finding with this number, a line for each line of the page. */
function finding(page: string, number: number): string {
  return textOf(page.match(/<article [^]*?<\/article>/gu)?.[number - 1] ?? '').trim();
}

const [, publicAcl] = bucket.findings;
if (publicAcl?.remediationPlan === null || publicAcl === undefined) throw new Error('the sample has a fix');
const { remediationPlan } = publicAcl;

/** A page with one finding at `text` in `source`, with these edits. */
function pageOf(source: string, text: string, edits: readonly Omit<Edit, 'span'>[] = []): string {
  const file = new SourceText('main.tf', source);
  const span = file.span(source.indexOf(text), source.indexOf(text) + text.length);
  const plan = { ...remediationPlan, edits: edits.map((edit) => ({ ...edit, span })) };
  const own: Finding = { ...publicAcl, span, remediationPlan: plan } as Finding;
  return renderHtml(reportOf({ resources: [{ ...bucket, findings: [own] }], source: () => file }));
}

describe('renderHtml', () => {
  it('tells verdict, counts and what could not be judged first', () => {
    const page = renderHtml(sampleReport);
    const [head = ''] = page.slice(page.indexOf('<header>')).split('<h2>What depends');
    expect(
      textOf(head)
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual([
      'Fail: 1 CRITICAL finding',
      'stacks/web.yaml could not be read in full: it is not valid YAML',
      '1 CRITICAL 1 HIGH 1 LOW (1 undecided) · 2 resources audited (1 fail, 1 undecided, 1 of them recorded by an earlier run), 1 not covered by any rule',
      'CRITICAL findings block.',
      'Could not be judged',
      'stacks/web.yaml:3:5: A mapping key ends without ":"; write "Key: value".',
      'Warnings',
      'infra/.terraform: A .terraform folder is committed; it is never read.',
      'To settle what is undecided',
      'Give var.office a value (tf-vars), or a plan (plan-file), to settle 1 requirement.',
    ]);
  });

  it('tells of each finding, worst first, all there is to know', () => {
    const page = renderHtml(sampleReport);
    expect(finding(page, 1)).toBe(
      `CRITICAL S3 bucket must not grant access to everyone by its ACL aws_s3_bucket.logs
acl is "public-read", which lets everyone read the bucket; it must be private.
infra/main.tf:8:12 in aws_s3_bucket
resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = "public-read"
}


Why it matters: Anyone on the internet can list the bucket and download every object.
Fix (needs review): Set acl to "private".
infra/main.tf
@@ -5,5 +5,5 @@
${' '}
 resource "aws_s3_bucket_acl" "logs" {
   bucket = aws_s3_bucket.logs.id
-  acl    = "public-read"
+  acl    = "private"
 }

Proof: applied to a copy and audited again: 1 finding gone, none new (2 resources audited).
Script for the live resource:
#!/bin/sh
set -eu
aws s3api put-bucket-acl --bucket shop-logs --acl private


Ruleaws-s3-no-public-acl
Referred to byaws_s3_bucket_acl.logs${' '}
Referenceshttps://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html`,
    );
    expect(finding(page, 2)).toContain('HIGH undecided Security group must not open SSH to the world aws_security_group.web');
    expect(finding(page, 2)).toContain('What is required:\nName the networks that need SSH in cidr_blocks.');
    expect(finding(page, 2)).toContain('Refers toaws_vpc.main');
    expect(finding(page, 3)).toContain(
      'Fix: Log access to another bucket.\nChoose a bucket for the logs.Name it in aws_s3_bucket_logging.',
    );
  });

  it('links lines to the head commit, and to nothing without one', () => {
    expect(renderHtml(sampleReport)).toContain(
      '<a href="https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L8" rel="noopener noreferrer"><code>infra/main.tf:8:12</code></a>',
    );
    expect(renderHtml({ ...sampleReport, links: null })).toContain('<p class="place"><code>infra/main.tf:8:12</code> in');
  });

  it('shows the change of a second finding under the first', () => {
    const second = { ...publicAcl, ruleId: 'aws-s3-no-public-acl-at-all' };
    const page = renderHtml(reportOf({ resources: [{ ...bucket, findings: [publicAcl, second] }] }));
    expect(finding(page, 1)).toContain('@@ -5,5 +5,5 @@');
    expect(finding(page, 2)).not.toContain('@@');
    expect(page).toContain('<a href="#f1">the change above</a> closes this one too.');
  });

  it('says so when nothing was found, and needs no script for that', () => {
    const page = renderHtml(cleanReport);
    expect(page).toContain('<p>Nothing left to fix.</p>');
    expect(page).not.toMatch(/<script|id="filters"/u);
  });

  it('says what blocks', () => {
    expect(renderHtml({ ...sampleReport, threshold: 'none' })).toContain('<p>Findings never block here.</p>');
    expect(renderHtml({ ...sampleReport, threshold: 'MEDIUM' })).toContain('<p>Findings of severity MEDIUM or worse block.</p>');
  });

  it('lists resources that failed before others, files that were not read, and what no rule looks at', () => {
    const page = renderHtml(sampleReport);
    const rows = (/<tbody>[^]*<\/tbody>/u.exec(page)?.[0] ?? '').match(/<tr>.*<\/tr>/gu) ?? [];
    expect(rows.map((row) => textOf(row.replaceAll('</td><td', '</td> <td')))).toEqual([
      'fail aws_s3_bucket.logs aws_s3_bucket infra/main.tf:2 1 CRITICAL, 1 LOW',
      'undecided aws_security_group.web aws_security_group infra/network.tf:1 1 HIGH',
    ]);
    const text = textOf(page);
    expect(text).toContain('stacks/web.yaml: it is not valid YAML');
    expect(text).toContain('charts/values.yaml: not a CloudFormation template');
    expect(text).toContain('aws_iam_role.deploy (aws_iam_role) in infra/main.tf');
  });

  it('shows the worst 2,000 findings and counts the others', () => {
    const report = reportOf({ resources: Array.from({ length: 1001 }, (_, index) => ({ ...bucket, address: `aws_s3_bucket.b${index}` })) });
    const page = renderHtml(report);
    expect(page).toContain('<article id="f2000" data-severity="LOW"');
    expect(page).not.toContain('id="f2001"');
    expect(page).toContain('<p class="more">2 more: the JSON report has them all.</p>');
  });
});

describe('source and changes in the page', () => {
  it('marks the range, also over several lines', () => {
    expect(pageOf('a\nb {\n\tx = 1\n}\nc\nd\ne\n', '{\n\tx = 1\n}')).toContain(
      `<pre class="source" tabindex="0"><span class="line" data-line="1">a</span>
<span class="line" data-line="2">b <mark>{</mark></span>
<span class="line" data-line="3">    <mark>x = 1</mark></span>
<span class="line" data-line="4"><mark>}</mark></span>
<span class="line" data-line="5">c</span>
<span class="line" data-line="6">d</span>
</pre>`,
    );
  });

  it('marks a place between two characters', () => {
    expect(pageOf('resource {}\n', '')).toContain('<span class="line" data-line="1"><mark></mark>resource {}</span>');
  });

  it('shows the first 12 lines of a long range', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line${index + 1}`).join('\n');
    const page = pageOf(`${lines}\n`, lines);
    expect(page).toContain(
      '<span class="line" data-line="12"><mark>line12</mark></span>\n</pre>\n<p class="more">18 more lines, to line 30</p>',
    );
  });

  it('cuts a long line around the range', () => {
    const page = pageOf(`${'a'.repeat(1000)}!${'b'.repeat(1000)}`, '!');
    expect(page).toContain(`<span class="line" data-line="1">…${'a'.repeat(80)}<mark>!</mark>${'b'.repeat(159)}…</span>`);
  });

  it('shows nothing of a file that is not there', () => {
    expect(renderHtml({ ...sampleReport, source: () => undefined })).not.toContain('class="source"');
  });

  it('cuts a long change, and long lines in it', () => {
    const replacement = ['x'.repeat(500), ...Array.from({ length: 500 }, (_, index) => `added ${index}`)].join('\n');
    const page = pageOf('a\n', 'a', [{ replacement }]);
    expect(page).toContain(`<ins>+${'x'.repeat(239)}…\n</ins><ins>+added 0\n</ins>`);
    expect(page).toContain('<ins>+added 395\n</ins></pre>\n<p class="more">104 more lines: the JSON report has them all.</p>');
  });
});

describe('the picture in the page', () => {
  const from = (...addresses: string[]) => addresses.map((address) => ({ address, direction: 'from' }) as const);
  const box = (name: string, page: string): number[] => {
    const [, x, y] = new RegExp(`<title>${name}</title><rect x="([0-9]+)" y="([0-9]+)"`, 'u').exec(page) ?? [];
    return [Number(x), Number(y)];
  };

  it('leads from what depends to what blocks, which leads to its finding', () => {
    const page = renderHtml(sampleReport);
    expect(page).toContain('<g class="node blocking critical"><a href="#f1"><title>aws_s3_bucket.logs</title>');
    expect(page).toContain('<g class="node"><title>aws_s3_bucket_acl.logs</title>');
    const [left = 0, top] = box('aws_s3_bucket.logs', page);
    expect(box('aws_s3_bucket_acl.logs', page)).toEqual([left + 152 + 70, top]);
    expect(page).toContain('<path class="arrow" d="M252 50C217 50 217 50 182 50" marker-end="url(#tip)"/>');
  });

  it('draws each resource in a place of its own', () => {
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const used = (address: string, ...by: string[]) => ({ ...bucket, address, findings: [], related: from(...by) });
    const resources = [
      { ...bucket, address: 'n0', related: from('n1', 'n2') },
      used('n1', 'n3', 'n4'),
      used('n2', 'n5', 'n0'),
      { ...bucket, address: 'n6', related: from('n7', 'n2') },
    ];
    const page = renderHtml(reportOf({ resources }));
    const places = names.map((name) => box(name, page).join());
    expect(new Set(places).size).toBe(8);
    expect(places).not.toContain('NaN,NaN');
  });

  it('is not there where nothing depends on what blocks', () => {
    expect(renderHtml(reportOf({ resources: [{ ...bucket, related: [] }] }))).not.toContain('<svg');
  });

  it('counts what is not drawn', () => {
    const names = Array.from({ length: 70 }, (_, index) => `aws_instance.i${index}`);
    expect(renderHtml(reportOf({ resources: [{ ...bucket, related: from(...names) }] }))).toContain(
      '11 more resources not drawn: each finding lists what is linked to it.',
    );
  });
});

describe('renderHtml against whoever named things', () => {
  const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  it('lets the page run its own style and script and nothing else', () => {
    const page = renderHtml(sampleReport);
    expect(page).toContain(
      `content="default-src 'none'; style-src ${sha256(STYLE)}; script-src ${sha256(SCRIPT)}; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.match(/<style>|<script>/gu)).toEqual(['<style>', '<script>']);
    expect(page).toContain(`<style>${STYLE}</style>`);
    expect(page).toContain(`<script>${SCRIPT}</script>`);
  });

  it.each([
    ['style', STYLE],
    ['script', SCRIPT],
  ])('holds nothing in its %s that ends it', (_, text) => {
    expect(text).not.toMatch(/[<\r]|@import|url\(/u);
  });

  it('holds no element, attribute or link but its own, whatever the names', () => {
    const elements =
      'html head meta title style body a header h1 h2 h3 ul li ol p b main section div svg defs marker path g rect text search fieldset legend label input button output datalist option article details summary span code pre mark ins del dl dt dd table thead tbody tr th td footer script'.split(
        ' ',
      );
    const attributes =
      'lang charset http-equiv content name class href rel id data-severity data-resource data-file data-line tabindex width height viewBox role aria-label aria-live refX refY markerWidth markerHeight orient d marker-end x y rx hidden type value checked list autocomplete open scope'.split(
        ' ',
      );
    fc.assert(
      fc.property(hostileText, (name) => {
        const page = renderHtml(hostileReport(name));
        expect(page.replaceAll('\n', '')).not.toMatch(INVISIBLE);
        for (const tag of tagsOf(page)) {
          expect(elements).toContain(tag.name);
          expect(attributes).toEqual(expect.arrayContaining([...tag.attributes.keys()]));
          const href = tag.attributes.get('href');
          if (href !== undefined)
            expect(href).toMatch(/^(?:#(?:f[0-9]+|findings)$|https:\/\/(?:github\.com\/acme\/shop\/|docs\.aws\.amazon\.com\/))/u);
        }
      }),
    );
  });
});
