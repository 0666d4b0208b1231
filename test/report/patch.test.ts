import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { RemediationPlan } from '../../src/domain/finding.ts';
import { SourceText, applyEdits } from '../../src/domain/source.ts';
import type { Edit } from '../../src/domain/source.ts';
import { unifiedDiff } from '../../src/report/diff.ts';
import { renderPatch } from '../../src/report/patch.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { NEW, bucket, comparedReport, reportOf, sampleReport } from './sample.ts';
import type { SampleFinding, SampleResource } from './sample.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'patch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `git apply` makes of a file. */
function applied(patch: string, file: string, text: string): string {
  const work = mkdtempSync(path.join(folder, 'work-'));
  mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
  writeFileSync(path.join(work, file), text);
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
    cwd: work,
    input: patch,
    env: { ...process.env, GIT_DIR: path.join(work, 'none') },
  });
  return readFileSync(path.join(work, file), 'utf8');
}

const FILE = 'main.tf';
const source = new SourceText(FILE, 'a = 1\nb = 1\nc = 1\nd = 1\n');
const [sample] = bucket.findings;
if (sample === undefined) throw new Error('the sample has a finding');

/** Sets names of the source to 2. */
function change(names: string, text = '2'): Edit[] {
  return [...names].map((name) => {
    const at = source.text.indexOf(name) + 4;
    return { span: source.span(at, at + 1), replacement: text };
  });
}

function plan(edits: readonly Edit[], ...closes: readonly string[]): RemediationPlan {
  return { summary: 'Set it to 2.', steps: [], edits, safety: 'safe', commands: [], proof: { closes, resourcesAudited: 1 } };
}

function finding(name: string, parts: Partial<SampleFinding> = {}): SampleFinding {
  return {
    ...sample,
    ruleId: `rule-${name}`,
    severity: 'HIGH',
    fingerprint: name,
    span: source.span(0, 1),
    remediationPlan: plan(change(name), name),
    ...parts,
  } as SampleFinding;
}

function resource(address: string, findings: readonly SampleFinding[], together: RemediationPlan | null = null): SampleResource {
  return {
    ...bucket,
    address,
    file: FILE,
    startLine: 1,
    findings: findings.map((each) => ({ ...each, address })),
    remediationPlan: together,
  };
}

function patchOf(...resources: readonly SampleResource[]): string {
  return renderPatch(reportOf({ resources, source: (file) => (file === FILE ? source : undefined) }));
}

describe('renderPatch', () => {
  it('is a patch that git applies, with what was left out at its head', () => {
    const patch = renderPatch(sampleReport);
    expect(patch).toBe(`# Proven fixes of 1 finding in 1 resource, by infrastructure-security-agent 0.1.0.
# Apply it in the folder that was audited: git apply infra-audit.patch
# What is changed for a resource was applied to a copy and audited again: its findings gone, none new.
# Left out, because a value is not known: 1 finding
#   aws-ec2-no-open-ssh aws_security_group.web (infra/network.tf:1)
# Left out, because a person must choose: 1 finding
#   aws-s3-access-logging aws_s3_bucket.logs (infra/main.tf:2)
--- a/infra/main.tf
+++ b/infra/main.tf
@@ -5,5 +5,5 @@
${' '}
 resource "aws_s3_bucket_acl" "logs" {
   bucket = aws_s3_bucket.logs.id
-  acl    = "public-read"
+  acl    = "private"
 }
`);
    const before = sampleReport.source('infra/main.tf')?.text ?? '';
    expect(applied(patch, 'infra/main.tf', before)).toBe(before.replace('public-read', 'private'));
  });

  it('takes what was proven together, else what was proven alone, of every resource', () => {
    const patch = patchOf(
      resource('x', [finding('a'), finding('b')], plan(change('ab', '3'), 'a', 'b')),
      resource('y', [finding('c'), finding('d')]),
    );
    expect(applied(patch, FILE, source.text)).toBe('a = 3\nb = 3\nc = 2\nd = 2\n');
  });

  it('keeps the order of what one change adds at one place', () => {
    const end = source.span(source.text.length, source.text.length);
    const edits = ['e = 2\n', 'f = 2\n', 'g = 2\n'].map((replacement) => ({ span: end, replacement }));
    const patch = patchOf(resource('x', [finding('a', { remediationPlan: plan(edits, 'a') })]));
    expect(applied(patch, FILE, source.text)).toBe(`${source.text}e = 2\nf = 2\ng = 2\n`);
  });

  it('takes a change that several need once, and leaves out one that meets another', () => {
    const both = plan(change('a'), 'a', 'b');
    const patch = patchOf(
      resource('x', [finding('a', { remediationPlan: both }), finding('b', { remediationPlan: both })]),
      resource('y', [finding('c', { remediationPlan: plan([...change('a'), ...change('c')], 'c') })]),
      resource('z', [finding('d', { remediationPlan: plan(change('a', '4'), 'd') })]),
    );
    expect(applied(patch, FILE, source.text)).toBe('a = 2\nb = 1\nc = 2\nd = 1\n');
    expect(patch).toContain(
      '\n# Left out, because it meets another change: audit again after this patch: 1 finding\n#   rule-d z (main.tf:1)\n',
    );
  });

  it('changes nothing that is silenced', () => {
    const silence = { by: 'suppression', reason: 'meant', owner: null, until: null, place: 'main.tf:1' } as const;
    const patch = patchOf(
      resource('x', [finding('a', { standing: { ...NEW, silence } }), finding('b')], plan(change('ab', '3'), 'a', 'b')),
    );
    expect(applied(patch, FILE, source.text)).toBe('a = 1\nb = 2\nc = 1\nd = 1\n');
    expect(patch).toContain('\n# Left out, because it is silenced: 1 finding\n#   rule-a x (main.tf:1)\n');
  });

  it('says of a resource that did not change why it has no fix', () => {
    expect(renderPatch({ ...comparedReport, resources: comparedReport.resources.slice(1) })).toBe(
      `# No proven fix, by infrastructure-security-agent 0.1.0.
# Left out, because it is silenced: 1 finding
#   aws-ec2-no-open-ssh aws_security_group.web (infra/network.tf:1)
# Left out, because a value is not known: 1 finding
#   aws-ec2-no-open-ssh aws_security_group.web (infra/network.tf:1)
`,
    );
  });

  it('applies, and says nothing that git or a reader could take for more, whatever the names', () => {
    fc.assert(
      fc.property(
        hostileText.filter((name) => name.isWellFormed() && !/[\0/]|^\.+$/u.test(name) && Buffer.byteLength(name) < 250),
        (name) => {
          const report = hostileReport(name);
          const patch = renderPatch(report);
          const text = report.source(name)?.text ?? '';
          const edits = report.resources.flatMap(({ remediationPlan }) => remediationPlan?.edits ?? []);
          const body = unifiedDiff(edits, report.source);
          expect(patch.endsWith(body)).toBe(true);
          const head = patch
            .slice(0, patch.length - body.length)
            .split('\n')
            .slice(0, -1);
          expect(head.filter((line) => !line.startsWith('# ') || INVISIBLE.test(line))).toEqual([]);
          expect(applied(patch, name, text)).toBe(applyEdits(text, edits));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('makes one patch of ten thousand changes of one file', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `r${index}`);
    const big = new SourceText(FILE, names.map((name) => `${name} = 1\n${'\n'.repeat(12)}`).join(''));
    let at = 0;
    const resources = names.map((name) => {
      const start = at + name.length + 3;
      at += name.length + 5 + 12;
      const edits = [{ span: big.span(start, start + 1), replacement: '2' }];
      return resource(name, [finding(name, { remediationPlan: plan(edits, name) })]);
    });
    const patch = renderPatch(reportOf({ resources, source: () => big }));
    expect(applied(patch, FILE, big.text)).toBe(big.text.replaceAll(' = 1', ' = 2'));
  });
});
