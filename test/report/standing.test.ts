/** What each report says of findings that were there before, that are silenced, or that wait for a person. */
import { describe, expect, it } from 'vitest';
import { annotations } from '../../src/report/annotations.ts';
import { COMMENT_BUDGET } from '../../src/report/budget.ts';
import { renderHtml } from '../../src/report/html.ts';
import { jsonReport } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { sarifLog } from '../../src/report/sarif.ts';
import { planSuggestions } from '../../src/report/suggestions.ts';
import { renderText } from '../../src/report/text.ts';
import { textOf } from './html/page.ts';
import { bucket, comparedReport, reportOf } from './sample.ts';

const SILENCE = 'exception of team-web until 2027-01-31 (.github/infra-audit.yml:12): the bastion is audited by hand';

function comment(report: Report): string {
  return renderMarkdown(report, { budget: COMMENT_BUDGET, rest: { name: 'the job summary', url: null } });
}

describe('a report of a change', () => {
  it('is told in the comment: new first, the others in a row each', () => {
    const text = comment({ ...comparedReport, links: null });
    const [head = ''] = text.split('<details>');
    expect(head).toBe(`## ❌ Fail: 1 new CRITICAL finding · ⏳ 1 resource waits for approval

**1 new**: **1 CRITICAL** · **2 already there**: **1 HIGH**, **1 LOW** (1 undecided) · 1 silenced · 2 not in this repository · 1 resource changed and audited, 1 unchanged (same as base \`abcdef1\`) (1 fail, 1 undecided) · files: 2 scanned, 0 failed, 0 ignored

**Not in this repository**

- \`infra/main.tf\`: \`module.archive\` comes from \`"acme/archive/aws"\`, which is outside this repository and not read. (does not block, was there before)
- \`infra/network.tf\`: \`module.cdn\` comes from \`"acme/cdn/aws"\`, which is outside this repository and not read. (does not block)

**To settle what is undecided**

- Give \`var.office\` a value (tf-vars), or a plan (plan-file), to settle 1 requirement.

| Severity | Resource | Requirement | Place |
|---|---|---|---|
| CRITICAL ⏳ | \`aws_s3_bucket.logs\` | S3 bucket must not grant access to everyone by its ACL | \`infra/main.tf:8\` |

`);
    expect(text).toContain(`\`infra/main.tf:8:12\` in \`aws_s3_bucket\`

**Not silenced:** the exception of team-web expired on \`2026-01-31\`

**Approval:** waiting for approval until \`2026-12-01T12:00:00Z\`; to approve it for this commit, comment

\`\`\`text
/infra-audit approve aws_s3_bucket.logs 1234567890abcdef1234567890abcdef12345678
\`\`\`
`);
    expect(text.slice(text.indexOf('<details>\n<summary>Silenced'))).toBe(`<details>
<summary>Silenced: 1 finding</summary>

| Severity | Resource | Requirement | Place | Silenced by |
|---|---|---|---|---|
| HIGH | \`aws_security_group.web\` | Security group must not open SSH to the world | \`infra/network.tf:8\` | exception of team-web until \`2027-01-31\` (\`.github/infra-audit.yml:12\`): the bastion is audited by hand |

</details>

<details>
<summary>Already there: 2 findings</summary>

They do not block, and have no annotations and no suggestions.

| Severity | Resource | Requirement | Place |
|---|---|---|---|
| HIGH undecided | \`aws_security_group.web\` | Security group must not open SSH to the world | \`infra/network.tf:8\` |
| LOW | \`aws_s3_bucket.logs\` | S3 bucket must log access | \`infra/main.tf:2\` |

</details>

<sub>infrastructure-security-agent 0.1.0</sub>
`);
  });

  it('is told at the terminal', () => {
    const text = renderText(comparedReport, { colour: false });
    expect(text).toContain(`aws_s3_bucket.logs  aws_s3_bucket  infra/main.tf:2
  waiting for approval until 2026-12-01T12:00:00Z
    /infra-audit approve aws_s3_bucket.logs 1234567890abcdef1234567890abcdef12345678

  CRITICAL  aws-s3-no-public-acl
  acl is "public-read", which lets everyone read the bucket; it must be private.
  not silenced  the exception of team-web expired on 2026-01-31
`);
    expect(text.slice(text.indexOf('Already there'))).toBe(`Already there
  HIGH undecided  aws_security_group.web  aws-ec2-no-open-ssh  infra/network.tf:8
  LOW  aws_s3_bucket.logs  aws-s3-access-logging  infra/main.tf:2

Silenced
  HIGH  aws_security_group.web  aws-ec2-no-open-ssh  infra/network.tf:8
    ${SILENCE}

Not in this repository
  infra/main.tf  module.archive comes from "acme/archive/aws", which is outside this repository and not read. (does not block, was there before)
  infra/network.tf  module.cdn comes from "acme/cdn/aws", which is outside this repository and not read. (does not block)

Findings   1 new: 1 CRITICAL; 2 already there: 1 HIGH, 1 LOW (1 undecided); 1 silenced; 2 not in this repository
  to settle  Give \`var.office\` a value (tf-vars), or a plan (plan-file), to settle 1 requirement.
Resources  1 changed and audited, 1 unchanged (same as base abcdef1): 1 fail, 1 undecided
Files      2 scanned, 0 failed, 0 ignored

FAIL  1 new CRITICAL finding
      1 resource waits for approval
`);
  });

  it('is told on the page', () => {
    const page = renderHtml({ ...comparedReport, links: null });
    const text = textOf(page);
    expect(text).toContain(
      '1 new: 1 CRITICAL  · 2 already there: 1 HIGH 1 LOW (1 undecided) · 1 silenced · 2 not in this repository · 1 resource changed and audited, 1 unchanged (same as base abcdef1) (1 fail, 1 undecided)\nNew CRITICAL findings block.\n1 resource waits for approval\n',
    );
    expect(text).toContain('Not silenced: the exception of team-web expired on 2026-01-31\n');
    expect(text).toContain('/infra-audit approve aws_s3_bucket.logs 1234567890abcdef1234567890abcdef12345678\n');
    expect(page.match(/<article /gu)).toHaveLength(1);
    expect(page.match(/<tr data-severity="[A-Z]+" data-resource="[^"]+" data-file="[^"]+">/gu)).toEqual([
      '<tr data-severity="HIGH" data-resource="aws_security_group.web" data-file="infra/network.tf">',
      '<tr data-severity="HIGH" data-resource="aws_security_group.web" data-file="infra/network.tf">',
      '<tr data-severity="LOW" data-resource="aws_s3_bucket.logs" data-file="infra/main.tf">',
    ]);
    expect(text).toContain(SILENCE);
  });

  it('marks lines for what is new only, and suggests nothing else', () => {
    expect(annotations(comparedReport).map(({ level, title, message }) => [level, title, message.split('\n')[2]])).toEqual([
      ['warning', 'Not in this repository', undefined],
      ['error', 'CRITICAL: S3 bucket must not grant access to everyone by its ACL', 'the exception of team-web expired on 2026-01-31'],
    ]);
    const patch =
      '@@ -5,5 +5,5 @@\n \n resource "aws_s3_bucket_acl" "logs" {\n   bucket = aws_s3_bucket.logs.id\n+  acl    = "public-read"\n }\n';
    const changed = [{ file: 'infra/main.tf', patch }];
    const old = reportOf({
      ...comparedReport,
      resources: comparedReport.resources.map((resource) => ({
        ...resource,
        findings: resource.findings.map((finding) => ({ ...finding, standing: { ...finding.standing, isNew: false } })),
      })),
    });
    expect(planSuggestions(comparedReport, changed).suggestions.map(({ file, startLine }) => `${file}:${startLine}`)).toEqual([
      'infra/main.tf:8',
    ]);
    expect(planSuggestions(old, changed).suggestions).toEqual([]);
  });

  it('marks lines for all that is not silenced where all of it counts', () => {
    const all = reportOf({ ...comparedReport, block: 'all', threshold: 'HIGH' });
    expect(annotations(all).map(({ level, title }) => `${level} ${title}`)).toEqual([
      'error Not in this repository',
      'error Not in this repository',
      'error CRITICAL: S3 bucket must not grant access to everyone by its ACL',
      'error HIGH undecided: Security group must not open SSH to the world',
      'notice LOW: S3 bucket must log access',
    ]);
    expect(comment(all)).toContain('in `aws_security_group`, was there before\n');
    expect(comment(all)).toContain('<summary>Already there: 1 finding</summary>\n\nThey do not block.\n');
  });

  it('is told to programs', () => {
    const { base, block, headSha, summary, resources, findings, diagnostics } = jsonReport(comparedReport);
    expect({ base, block, headSha, standing: summary.standing }).toEqual({
      base: { commit: 'abcdef1234567890abcdef1234567890abcdef12', changed: 1, unchanged: 1, unavailable: null },
      block: 'new',
      headSha: '1234567890abcdef1234567890abcdef12345678',
      standing: { blocking: 1, new: 1, alreadyThere: 2, silenced: 1 },
    });
    expect(resources.map(({ changed, approval }) => ({ changed, approval }))).toEqual([
      {
        changed: true,
        approval: {
          state: 'waiting',
          fingerprints: ['0123456789abcdef0123456789abcdef'],
          deadline: '2026-12-01T12:00:00Z',
          by: null,
          reason: null,
          until: null,
          place: null,
        },
      },
      { changed: false, approval: null },
    ]);
    expect(findings.map(({ ruleId, blocks, isNew, silence }) => [ruleId, blocks, isNew, silence?.owner])).toEqual([
      ['aws-s3-no-public-acl', true, true, undefined],
      ['aws-ec2-no-open-ssh', false, false, 'team-web'],
      ['aws-ec2-no-open-ssh', false, false, undefined],
      ['aws-s3-access-logging', false, false, undefined],
    ]);
    expect(diagnostics.map(({ isNew, blocks }) => [isNew, blocks])).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  it('is told to code scanning', () => {
    const [{ results, invocations }] = sarifLog(comparedReport).runs;
    expect(results.map(({ ruleId, baselineState, suppressions }) => [ruleId, baselineState, suppressions])).toEqual([
      ['aws-s3-no-public-acl', 'new', []],
      ['aws-ec2-no-open-ssh', 'unchanged', [{ kind: 'external', status: 'accepted', justification: SILENCE }]],
      ['aws-ec2-no-open-ssh', 'unchanged', []],
      ['aws-s3-access-logging', 'unchanged', []],
    ]);
    expect(invocations[0].toolExecutionNotifications.map(({ level, message }) => [level, message.text.slice(-18)])).toEqual([
      ['warning', '(does not block, was there before)'.slice(-18)],
      ['warning', 'd. (does not block)'.slice(-18)],
    ]);
  });
});

describe('a report without the base commit', () => {
  const report = reportOf({
    resources: [bucket],
    base: { commit: 'abcdef1234567890abcdef1234567890abcdef12', unavailable: 'the remote refused the token.' },
  });
  const words = 'so everything was audited and counts as new: the remote refused the token.';

  it('says why everything counts as new', () => {
    expect(comment(report)).toContain(`\n\nThe base commit \`abcdef1\` cannot be had, ${words}\n`);
    expect(renderText(report, { colour: false })).toContain(`\n  The base commit abcdef1 cannot be had, ${words}\n`);
    expect(textOf(renderHtml(report))).toContain(`The base commit abcdef1 cannot be had, ${words}\n`);
    expect(jsonReport(report).base).toEqual({
      commit: 'abcdef1234567890abcdef1234567890abcdef12',
      changed: null,
      unchanged: null,
      unavailable: 'the remote refused the token.',
    });
    expect(sarifLog(report).runs[0].results.map(({ baselineState }) => baselineState)).toEqual([undefined, undefined]);
  });
});

describe('a decision of a person', () => {
  const decided = {
    id: '7',
    decision: 'approve',
    by: 'octocat',
    reason: 'moves on Friday',
    until: '2026-12-08',
    place: 'https://x.example/7',
  };

  it.each([
    [
      { state: 'approved', fingerprints: ['0123456789abcdef0123456789abcdef'], approval: { ...decided, decision: 'approve' } },
      'approved by octocat until 2026-12-08 (https://x.example/7): moves on Friday',
    ],
    [
      { state: 'rejected', fingerprints: ['0123456789abcdef0123456789abcdef'], approval: { ...decided, decision: 'reject', reason: null } },
      'rejected by octocat (https://x.example/7)',
    ],
    [
      { state: 'expired', fingerprints: ['0123456789abcdef0123456789abcdef'], deadline: '2026-12-01T12:00:00Z' },
      'nobody approved it before 2026-12-01T12:00:00Z',
    ],
  ] as const)('is told with who and why: %j', (approval, words) => {
    const report = reportOf({ resources: [{ ...bucket, approval }], headSha: 'f'.repeat(40) });
    expect(renderText(report, { colour: false })).toContain(`  ${words}\n`);
    expect(textOf(renderHtml(report))).toContain(`Approval: ${words}\n`);
    expect(comment(report)).toContain('**Approval:** ');
    expect(comment(report)).not.toContain('/infra-audit approve');
    expect(comment(report)).not.toContain('⏳');
  });
});
