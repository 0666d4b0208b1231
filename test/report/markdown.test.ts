import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import { COMMENT_BUDGET, SUMMARY_BUDGET, sizeOf } from '../../src/report/budget.ts';
import type { Budget } from '../../src/report/budget.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { Report, ResourceReport } from '../../src/report/report.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, cleanReport, reportOf, sampleReport } from './sample.ts';
import type { SampleResource } from './sample.ts';

const rest = { name: 'the job summary', url: 'https://github.com/acme/shop/actions/runs/7' };

function comment(report: Report, budget: Budget = COMMENT_BUDGET): string {
  return renderMarkdown(report, { budget, rest });
}

describe('renderMarkdown', () => {
  it('tells verdict and counts first, then each finding, worst first', () => {
    expect(comment(sampleReport)).toBe(`## ❌ Fail: 1 CRITICAL finding
- \`stacks/web.yaml\` could not be read in full: it is not valid YAML

**1 CRITICAL**, **1 HIGH**, **1 LOW** (1 undecided) · 2 resources audited (1 fail, 1 undecided, 1 of them recorded by an earlier run), 1 not covered by any rule · files: 2 scanned, 1 failed, 1 ignored

**Could not be judged**

- [\`stacks/web.yaml:3:5\`](https://github.com/acme/shop/blob/0a1b2c3d/stacks/web.yaml#L3): A mapping key ends without \`":"\`; write \`"Key: value"\`.

**Warnings**

- [\`infra/.terraform\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/.terraform#L1): A \`.terraform\` folder is committed; it is never read.

**To settle what is undecided**

- Give \`var.office\` a value (tf-vars), or a plan (plan-file), to settle 1 requirement.

| Severity | Resource | Requirement | Place |
|---|---|---|---|
| CRITICAL | \`aws_s3_bucket.logs\` | S3 bucket must not grant access to everyone by its ACL | [\`infra/main.tf:8\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L8) |
| HIGH undecided | \`aws_security_group.web\` | Security group must not open SSH to the world | [\`infra/network.tf:8\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/network.tf#L8) |
| LOW | \`aws_s3_bucket.logs\` | S3 bucket must log access | [\`infra/main.tf:2\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L2) |

<details>
<summary>What depends on what blocks</summary>

\`\`\`mermaid
flowchart LR
classDef blocking stroke:#cf222e,stroke-width:3px
n0["aws_s3_bucket.logs#58; CRITICAL"]
n1["aws_s3_bucket_acl.logs"]
n1 --> n0
class n0 blocking
\`\`\`

</details>

### What is wrong and how to fix it

<details>
<summary><b>CRITICAL</b> <code>aws_s3_bucket.logs</code> <code>aws-s3-no-public-acl</code></summary>

acl is \`"public-read"\`, which lets everyone read the bucket; it must be private.

[\`infra/main.tf:8:12\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L8) in \`aws_s3_bucket\`

**Why it matters:** Anyone on the internet can list the bucket and download every object.

**Fix (needs review):** Set acl to \`"private"\`.

\`\`\`diff
--- a/infra/main.tf
+++ b/infra/main.tf
@@ -5,5 +5,5 @@
${' '}
 resource "aws_s3_bucket_acl" "logs" {
   bucket = aws_s3_bucket.logs.id
-  acl    = "public-read"
+  acl    = "private"
 }
\`\`\`

<sub>Proof: applied to a copy and audited again: 1 finding gone, none new (2 resources audited).</sub>

<details>
<summary>Script for the live resource</summary>

\`\`\`sh
#!/bin/sh
set -eu
aws s3api put-bucket-acl --bucket shop-logs --acl private
\`\`\`

</details>

References: [\`docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html\`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html)

</details>

<details>
<summary><b>HIGH undecided</b> <code>aws_security_group.web</code> <code>aws-ec2-no-open-ssh</code></summary>

\`cidr_blocks\` is not known (\`var.office\` has no value here); it must not hold \`0.0.0.0/0\` for port 22.

[\`infra/network.tf:8:17\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/network.tf#L8) in \`aws_security_group\`

**Why it matters:** Password guessing reaches every instance in the group within minutes.

**What is required:**

1. Name the networks that need SSH in \`cidr_blocks\`.

</details>

<details>
<summary><b>LOW</b> <code>aws_s3_bucket.logs</code> <code>aws-s3-access-logging</code></summary>

No \`aws_s3_bucket_logging\` refers to this bucket; access to it must be logged.

[\`infra/main.tf:2:1\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L2) in \`aws_s3_bucket\`

**Why it matters:** Without a log nobody can tell what was read by whom.

**Fix:** Log access to another bucket.

1. Choose a bucket for the logs.
2. Name it in \`aws_s3_bucket_logging\`.

</details>

<sub>infrastructure-security-agent 0.1.0</sub>
`);
  });

  it('shows a change that closes several findings once', () => {
    const findings = bucket.findings.flatMap((finding): Finding[] =>
      finding.severity === 'CRITICAL'
        ? [finding, { ...finding, ruleId: 'aws-s3-private', severity: 'HIGH', message: 'The bucket is public.' }]
        : [],
    );
    const text = comment(reportOf({ resources: [{ ...bucket, findings }] }));
    expect(text.match(/```diff/gu)).toHaveLength(1);
    expect(text).toContain(`The bucket is public.

[\`infra/main.tf:8:12\`](https://github.com/acme/shop/blob/0a1b2c3d/infra/main.tf#L8) in \`aws_s3_bucket\`

**Fix (needs review):** the change for \`aws-s3-no-public-acl\` of \`aws_s3_bucket.logs\` above closes this one too.

</details>`);
  });

  it('shows the script of each finding where only the change is the same', () => {
    const findings = bucket.findings.flatMap(({ remediationPlan, ...finding }): Finding[] => {
      if (remediationPlan === null || finding.severity !== 'CRITICAL') return [];
      const other = { ...remediationPlan, commands: [['aws', 's3api', 'put-public-access-block']] };
      return [
        { ...finding, remediationPlan },
        { ...finding, ruleId: 'aws-s3-private', remediationPlan: other },
      ];
    });
    const text = comment(reportOf({ resources: [{ ...bucket, findings }] }));
    expect(text.match(/^aws .*$/gmu)).toEqual([
      'aws s3api put-bucket-acl --bucket shop-logs --acl private',
      'aws s3api put-public-access-block',
    ]);
  });

  it('is short when nothing was found, and says what was looked at', () => {
    expect(renderMarkdown(cleanReport, { budget: SUMMARY_BUDGET, rest })).toBe(`## ✅ Pass: nothing left to fix

no findings · 1 resource audited (1 pass) · files: 2 scanned, 0 failed, 0 ignored

<sub>infrastructure-security-agent 0.1.0</sub>
`);
  });

  it('shows what could not be judged when there are no findings', () => {
    const text = comment(
      reportOf({
        failedAudits: [
          { root: '.', address: 'aws_s3_bucket.logs', file: 'main.tf', startLine: 4, endLine: 9, reason: 'it took over a minute' },
        ],
      }),
    );
    expect(text).toContain('## ⚠️ Undecided: `aws_s3_bucket.logs` could not be audited: it took over a minute\n');
    expect(text).toContain(
      '**Could not be judged**\n\n- [`main.tf:4`](https://github.com/acme/shop/blob/0a1b2c3d/main.tf#L4-L9): `aws_s3_bucket.logs` could not be audited',
    );
  });

  it('says that findings do not block', () => {
    expect(comment(reportOf({ resources: [bucket], threshold: 'none' }))).toContain(
      '## ✅ Pass: 1 resource in 2 files audited, 2 findings below the threshold (findings never block here)\n',
    );
  });

  it('links to nothing without a head commit', () => {
    expect(comment({ ...sampleReport, links: null })).toContain('| `aws_s3_bucket.logs` | S3 bucket must log access | `infra/main.tf:2` |');
  });
});

/** Buckets with names in order, each with the sample's two findings. */
function buckets(count: number): SampleResource[] {
  return Array.from({ length: count }, (_, index) => {
    const address = `aws_s3_bucket.b${String(index).padStart(5, '0')}`;
    return { ...bucket, address, findings: bucket.findings.map((finding) => ({ ...finding, address })) };
  });
}

describe('renderMarkdown of what depends on what blocks', () => {
  const from = (...addresses: string[]): ResourceReport['related'] => addresses.map((address) => ({ address, direction: 'from' }));

  it('draws nothing where nothing depends on what blocks', () => {
    const related = [{ address: 'aws_kms_key.logs', direction: 'to' }] as const;
    expect(comment(reportOf({ resources: [{ ...bucket, related }] }))).not.toContain('mermaid');
    expect(comment(reportOf({ resources: [bucket], threshold: 'none' }))).not.toContain('mermaid');
  });

  it('draws a part of a wide picture and says how much is missing', () => {
    const readers = Array.from({ length: 40 }, (_, index) => `aws_iam_role.reader${index}`);
    const text = comment(reportOf({ resources: [{ ...bucket, related: from(...readers) }] }));
    expect(text).toContain('\nn19["aws_iam_role.reader18"]\nn1 --> n0\n');
    expect(text).not.toContain('n20[');
    expect(text).toContain('```\n\n21 more resources: see [the job summary](https://github.com/acme/shop/actions/runs/7).\n\n</details>');
  });

  it('draws less where names are long, and nothing where even that is too much', () => {
    const readers = Array.from({ length: 40 }, (_, index) => `${'🦊'.repeat(76)}${index}`);
    const text = comment(reportOf({ resources: [{ ...bucket, related: from(...readers) }] }));
    expect(text).toContain('31 more resources');
    expect(comment(reportOf({ resources: [{ ...bucket, related: from(...readers) }] }), { size: 6000, unit: 'bytes' })).not.toContain(
      'mermaid',
    );
  });
});

describe('renderMarkdown within a budget', () => {
  it.each([
    ['comment', COMMENT_BUDGET],
    ['job summary', SUMMARY_BUDGET],
  ])('fills the %s, keeps the worst and says where the rest is', (_, budget) => {
    const text = comment(reportOf({ resources: buckets(5000) }), budget);
    expect(sizeOf(text, budget.unit)).toBeLessThanOrEqual(budget.size);
    expect(sizeOf(text, budget.unit)).toBeGreaterThan(budget.size * 0.9);
    expect(text.split('\n').slice(0, 3)).toEqual([
      '## ❌ Fail: 5000 CRITICAL findings',
      '',
      '**5000 CRITICAL**, **5000 LOW** · 5000 resources audited (5000 fail) · files: 2 scanned, 0 failed, 0 ignored',
    ]);
    const rows = text.match(/^\| CRITICAL \| `aws_s3_bucket\.b[0-9]{5}`/gmu) ?? [];
    expect(rows[1]).toBe('| CRITICAL | `aws_s3_bucket.b00001`');
    const folds = text.match(/^<summary><b>/gmu) ?? [];
    expect(folds.length).toBeGreaterThan(rows.length / 10);
    const lows = text.match(/^\| LOW/gmu) ?? [];
    expect(text).toContain(
      `\n${10_000 - rows.length - lows.length} more findings: see [the job summary](https://github.com/acme/shop/actions/runs/7).\n`,
    );
    expect(text).toContain(
      `\n${10_000 - folds.length} more explanations: see [the job summary](https://github.com/acme/shop/actions/runs/7).\n`,
    );
    expect(text).not.toMatch(/^\| LOW.*\n\| CRITICAL/mu);
  });

  it('keeps every finding at exactly the size it needs, and cuts one below it', () => {
    const report = reportOf({ resources: buckets(30) });
    const budgetOf = (size: number): Budget => ({ size, unit: 'characters' });
    const cut = (size: number): boolean => comment(report, budgetOf(size)).includes(' more ');
    let [low, high] = [6000, 1_000_000];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (cut(middle)) low = middle + 1;
      else high = middle;
    }
    expect(cut(low - 1)).toBe(true);
    expect(comment(report, budgetOf(low))).toBe(comment(report, budgetOf(Infinity)));
    expect(comment(report, budgetOf(low - 1)).length).toBeLessThan(low);
  });

  it('cuts long lists of what could not be judged', () => {
    const failed = Array.from({ length: 500 }, (_, index) => ({
      path: `f${String(index).padStart(3, '0')}.tf`,
      reason: 'it is over 5 MiB',
    }));
    const text = comment(reportOf({ coverage: { scanned: [], failed, ignored: [] } }));
    expect(text).toContain(
      '- [`f009.tf`](https://github.com/acme/shop/blob/0a1b2c3d/f009.tf#L1): could not be read in full: it is over 5 MiB\n- and 490 more: see [the job summary]',
    );
    expect(text).not.toContain('f010.tf');
  });

  it('cuts a long reason and a long note', () => {
    const text = comment(reportOf({ diagnostics: [{ level: 'undecided', code: 'syntax', message: `${'x'.repeat(240)}yz` }] }));
    expect(text).toContain(`## ⚠️ Undecided: \`${'x'.repeat(240)}…\` (2 more)\n`);
    expect(text).toContain(`\n- \`${'x'.repeat(240)}…\` (2 more)\n`);
  });

  it('cuts a long diff after a whole line', () => {
    const finding = bucket.findings.find((each) => each.severity === 'CRITICAL');
    const plan = finding?.remediationPlan;
    if (finding === undefined || plan === null || plan === undefined) throw new Error('the sample has a fix');
    const edits = plan.edits.map((edit) => ({
      ...edit,
      replacement: Array.from({ length: 2000 }, (_, index) => `line ${index}`).join('\n'),
    }));
    const text = comment(reportOf({ resources: [{ ...bucket, findings: [{ ...finding, remediationPlan: { ...plan, edits } }] }] }));
    const [, last, more] = /^\+line ([0-9]+)\n```\n\n([0-9]+) more lines: the JSON report has them all\.$/mu.exec(text) ?? [];
    // After the last one shown come the other added lines, the context line and the end of the text.
    expect(Number(more)).toBe(1999 - Number(last) + 2);
  });

  it('never exceeds the budget, whatever the names', () => {
    const budget = fc.constantFrom<Budget>(
      { size: 6000, unit: 'characters' },
      { size: 6000, unit: 'bytes' },
      { size: 7777, unit: 'bytes' },
      COMMENT_BUDGET,
    );
    const long = hostileText.map((text) => text.repeat(40));
    fc.assert(
      fc.property(fc.oneof(hostileText, long), budget, (name, limit) => {
        expect(sizeOf(comment(hostileReport(name), limit), limit.unit)).toBeLessThanOrEqual(limit.size);
      }),
    );
  });
});

describe('renderMarkdown with hostile names', () => {
  /** What of the text is neither in a fence, a code span nor a code element. */
  function exposed(text: string): string[] {
    const lines: string[] = [];
    let fence: string | null = null;
    for (const line of text.split('\n')) {
      const marks: string | undefined = /^`{3,}/u.exec(line)?.[0];
      if (fence !== null) {
        if (line === fence) fence = null;
      } else if (marks !== undefined && !line.slice(marks.length).includes('`')) fence = marks;
      else lines.push(line.replaceAll(/<code>[^<]*<\/code>/gu, '').replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gu, ''));
    }
    return lines;
  }

  it('shows names, values and messages as code or plain words only', () => {
    const ours =
      /^(?:## (?:❌|⚠️|✅).*|<\/?details>|<summary><b>CRITICAL(?: undecided)?<\/b> {2}<\/summary>|<summary>(?:Script for the live resource|What depends on what blocks|Silenced: 1 finding|Already there: [12] findings?)<\/summary>|<sub>.*<\/sub>|### What is wrong and how to fix it)$/u;
    fc.assert(
      fc.property(hostileText, (name) => {
        const text = comment(hostileReport(name));
        expect(text.split('\n').filter((line) => INVISIBLE.test(line.replaceAll('\t', '').replaceAll('\ufe0f', '')))).toEqual([]);
        const lines = exposed(text);
        for (const line of lines.filter((each) => !ours.test(each))) {
          expect(line.replaceAll(/\]\(https:\/\/(?:github\.com\/acme\/shop|docs\.aws\.amazon\.com)\/[^\s()<>]*\)/gu, ']')).not.toMatch(
            /[<>@#\\`]|\]\(|https?:|www\.|!\[/u,
          );
        }
        const start = lines.indexOf('<summary>Silenced: 1 finding</summary>');
        const end = lines.indexOf('</details>', start);
        for (const [index, row] of lines.entries())
          if (row.startsWith('| ')) expect(row.match(/\|/gu)).toHaveLength(start < index && index < end ? 6 : 5);
        expect(lines.filter((line) => line === '<details>')).toHaveLength(lines.filter((line) => line === '</details>').length);
      }),
    );
  });
});
