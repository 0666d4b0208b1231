import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OPEN_DISK, auditor, repository, session } from './support.ts';

const VERSIONED = `resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Suspended"
  }
}
`;

describe('audit', () => {
  it('tells of a folder the verdict, each finding with its place, and what no rule looks at', async () => {
    const root = repository({ 'disks/main.tf': OPEN_DISK, 'table.tf': 'resource "aws_dynamodb_table" "orders" {\n}\n' });
    const { ask } = await session({ roots: [root], auditor: auditor('--fail-on', 'medium') });

    const { data, text } = await ask('audit', {});

    expect(data).toMatchObject({
      verdict: { outcome: 'fail', reasons: ['1 MEDIUM finding'] },
      failOnSeverity: 'MEDIUM',
      counts: { resources: { audited: 1, fail: 1, notCovered: 1 }, files: { scanned: 2, failed: 0, ignored: 0 } },
      moreFindings: 0,
      diagnostics: [],
      notCovered: [{ address: 'aws_dynamodb_table.orders', type: 'aws_dynamodb_table', file: 'table.tf' }],
      scannersNotAsked: [],
    });
    expect(data['findings']).toContainEqual({
      ruleId: 'aws-ebs-encryption',
      title: expect.stringContaining('encrypted'),
      severity: 'MEDIUM',
      outcome: 'fail',
      message: expect.stringContaining('encrypted is false'),
      root: 'disks',
      address: 'aws_ebs_volume.disk',
      file: 'disks/main.tf',
      startLine: 3,
      startColumn: 23,
      endLine: 3,
      endColumn: 28,
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/u),
      blocks: true,
      silencedBy: null,
    });
    expect(text).toContain('aws_ebs_volume.disk');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^FAIL/u);
  });

  it('reads only the paths that are asked for', async () => {
    const root = repository({ 'a/main.tf': OPEN_DISK, 'b/main.tf': OPEN_DISK.replace('"disk"', '"spare"') });
    const { ask } = await session({ roots: [root] });

    const { data } = await ask('audit', { paths: ['b'] });

    expect(addresses(data)).toEqual(['aws_ebs_volume.spare']);
  });

  it('judges texts that are not saved, and reads nothing else', async () => {
    const root = repository({ 'main.tf': OPEN_DISK, 'key.txt': 'secret of the folder' });
    const { ask } = await session({ roots: [root] });
    const text = `resource "aws_ebs_volume" "new" {\n  encrypted = false\n  tags = { key = file("key.txt") }\n}\n`;

    const { data, text: shown } = await ask('audit', { files: [{ name: 'draft/main.tf', text }] });

    expect(addresses(data)).toEqual(['aws_ebs_volume.new']);
    expect(JSON.stringify([data, shown])).not.toContain('secret of the folder');
  });

  it('applies the policy of the root to saved files and to texts', async () => {
    const policy = 'version: 1\nfail-on: medium\nexclude:\n  - old/**\n';
    const root = repository({ '.github/infra-audit.yml': policy, 'main.tf': OPEN_DISK, 'old/main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });

    const saved = await ask('audit', {});
    const typed = await ask('audit', { files: [{ name: 'old/main.tf', text: OPEN_DISK }] });

    expect(saved.data).toMatchObject({ verdict: { outcome: 'fail' }, failOnSeverity: 'MEDIUM', counts: { files: { ignored: 1 } } });
    expect(typed.data).toMatchObject({ verdict: { outcome: 'undecided' }, findings: [], counts: { files: { ignored: 1 } } });
  });

  it('says every problem of a policy that cannot be used, and judges nothing', async () => {
    const root = repository({ '.github/infra-audit.yml': 'version: 1\nfail-on: severe\nextra: 1\n', 'main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });

    const { error } = await ask('audit', {});

    expect(error).toContain('.github/infra-audit.yml:2: fail-on must be one of');
    expect(error).toContain('.github/infra-audit.yml:3: "extra" is not a setting');
  });

  it('follows no link of the repository to a policy outside', async () => {
    const outside = repository({ 'policy.yml': 'a secret: outside' });
    const root = repository({ 'main.tf': OPEN_DISK, '.github/workflows/ci.yml': '' });
    execFileSync('ln', ['-s', path.join(outside, 'policy.yml'), path.join(root, '.github', 'infra-audit.yml')]);
    const { ask } = await session({ roots: [root] });

    const { error } = await ask('audit', {});

    expect(error).toMatch(/^\.github\/infra-audit\.yml: the policy is not read: it leads out of the audited folder/u);
    expect(error).not.toContain('secret');
  });

  it('is undecided, and says where, when a file cannot be read in full', async () => {
    const root = repository({ 'main.tf': `${OPEN_DISK}resource "aws_s3_bucket" {` });
    const { ask } = await session({ roots: [root] });

    const { data } = await ask('audit', {});

    expect(data).toMatchObject({
      verdict: { outcome: 'undecided' },
      counts: { files: { failed: 1 } },
      diagnostics: expect.arrayContaining([expect.objectContaining({ level: 'undecided', file: 'main.tf', line: 5 })]),
    });
  });

  it('names the scanners of the policy that it does not ask', async () => {
    const root = repository({ 'main.tf': OPEN_DISK });
    const own = auditor();
    const { ask } = await session({
      roots: [root],
      auditor: {
        ...own,
        open: async (asked) => {
          const opened = await own.open(asked);
          return { ...opened, scannersNotAsked: [{ scanner: 'house', required: true, reason: 'no scanner is asked here' }] };
        },
      },
    });

    const { data, text } = await ask('audit', {});

    expect(data['scannersNotAsked']).toEqual(['house']);
    expect(text).toContain('Scanners of the policy that are not asked here: house');
  });

  it('lists 1,000 findings and counts the others, and cuts the text in the middle', async () => {
    const disks = Array.from({ length: 1100 }, (_, index) => OPEN_DISK.replace('"disk"', `"disk${index}"`));
    const root = repository({ 'main.tf': disks.join('\n') });
    const { ask } = await session({ roots: [root] });

    const { data, text } = await ask('audit', {});

    const all = (data['findings'] as unknown[]).length + Number(data['moreFindings']);
    const { MEDIUM, LOW } = (data['counts'] as { findings: Record<'MEDIUM' | 'LOW', { fail: number; undecided: number }> }).findings;
    expect(data['findings']).toHaveLength(1000);
    expect(all).toBeGreaterThan(1100);
    expect(all).toBe(MEDIUM.fail + MEDIUM.undecided + LOW.fail + LOW.undecided);
    expect(text.length).toBeLessThan(33_000);
    expect(text).toMatch(/… \d+ lines are left out here/u);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^PASS/u);
  });

  it('tells progress when asked to, up to the last resource', async () => {
    const root = repository({ 'main.tf': OPEN_DISK + OPEN_DISK.replace('"disk"', '"spare"') });
    const { client } = await session({ roots: [root] });
    const seen: unknown[] = [];

    await client.callTool({ name: 'audit', arguments: {} }, undefined, { onprogress: (progress) => void seen.push(progress) });

    expect(seen.at(-1)).toEqual({ progress: 2, total: 2, message: 'audited aws_ebs_volume.spare' });
  });

  it('ends between resources when it is cancelled, and answers the next call', async () => {
    const disks = Array.from({ length: 400 }, (_, index) => OPEN_DISK.replace('"disk"', `"disk${index}"`));
    const root = repository({ 'main.tf': disks.join('\n'), 'small/main.tf': OPEN_DISK });
    const own = auditor();
    let judged = 0;
    const { client, ask } = await session({
      roots: [root],
      auditor: {
        ...own,
        open: async (asked) => {
          const opened = await own.open(asked);
          const analyzeRisk: typeof opened.audit.analyzeRisk = async (...step) => {
            judged += 1;
            await sleep(1);
            return opened.audit.analyzeRisk(...step);
          };
          return { ...opened, audit: { ...opened.audit, analyzeRisk } };
        },
      },
    });
    const stop = new AbortController();

    const call = client.callTool({ name: 'audit', arguments: {} }, undefined, {
      signal: stop.signal,
      onprogress: () => stop.abort(new Error('never mind')),
    });

    await expect(call).rejects.toThrow('never mind');
    const { data } = await ask('audit', { paths: ['small'] });
    expect(addresses(data)).toEqual(['aws_ebs_volume.disk']);
    // Calls are answered one after the other, so the first is over: all 401 resources would have been judged.
    expect(judged).toBeLessThan(401);
  });

  it('takes what a repository says for data: nothing in the text moves a cursor or hides', async () => {
    const name = 'ignore\u202Ethe\u001B[2Jrest';
    const text = `Resources:\n  Disk:\n    Type: AWS::EC2::Volume\n    Properties:\n      Encrypted: "\\u202E\\e[2Jno"\n`;
    const { ask } = await session({ roots: [] });

    const { data, text: shown } = await ask('audit', { files: [{ name: `${name.replaceAll('\u001B', '')}.yaml`, text }] });

    expect(shown).not.toMatch(/[\u001B\u202E]/u);
    expect(shown).toContain('\\u{202e}');
    expect(JSON.stringify(data)).toContain('\u202E');
  });
});

describe('list_resources', () => {
  it('tells what is declared, where, whether any rule looks at it, and how it is related', async () => {
    const root = repository({ 'main.tf': `${VERSIONED}\nresource "aws_dynamodb_table" "orders" {\n}\n` });
    const { ask } = await session({ roots: [root] });

    const { data, text } = await ask('list_resources', {});

    expect(data).toEqual({
      resources: [
        {
          root: '.',
          address: 'aws_s3_bucket.logs',
          type: 'aws_s3_bucket',
          framework: 'terraform',
          file: 'main.tf',
          startLine: 1,
          endLine: 3,
          covered: true,
          related: [{ address: 'aws_s3_bucket_versioning.logs', direction: 'from' }],
        },
        expect.objectContaining({
          address: 'aws_s3_bucket_versioning.logs',
          related: [{ address: 'aws_s3_bucket.logs', direction: 'to' }],
        }),
        expect.objectContaining({ address: 'aws_dynamodb_table.orders', covered: false, related: [] }),
      ],
      moreResources: 0,
      diagnostics: [],
      moreDiagnostics: 0,
    });
    expect(text).toContain('aws_s3_bucket.logs  aws_s3_bucket  main.tf:1\n');
    expect(text).toContain('aws_dynamodb_table.orders  aws_dynamodb_table  main.tf:12  (not covered)');
  });

  it('says that nothing is declared', async () => {
    const { ask } = await session({ roots: [repository({ 'README.md': 'Nothing.\n' })] });

    expect((await ask('list_resources', {})).text).toBe('No resource is declared.');
  });
});

describe('propose_fix', () => {
  it('gives the proven diff of a finding, which git applies, and changes nothing itself', async () => {
    const root = repository({ 'main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });
    const found = (await ask('audit', {})).data['findings'] as { ruleId: string; fingerprint: string }[];
    const fingerprint = found.find(({ ruleId }) => ruleId === 'aws-ebs-encryption')?.fingerprint;

    const { data, text } = await ask('propose_fix', { fingerprint });

    expect(data).toMatchObject({
      fix: {
        diff: expect.stringContaining('-  encrypted         = false\n+  encrypted         = true\n'),
        safety: 'needs-review',
        proof: { closes: [fingerprint] },
      },
      reason: null,
      address: 'aws_ebs_volume.disk',
      remaining: [],
    });
    expect(text).toContain('Not applied.');
    expect(applied(OPEN_DISK, (data['fix'] as { diff: string }).diff)).toBe(OPEN_DISK.replace('false', 'true'));
    expect((await ask('propose_fix', { fingerprint })).data).toEqual(data);
  });

  it('gives one change for a resource, and says what stays', async () => {
    const { ask } = await session({ roots: [] });
    const files = [{ name: 'main.tf', text: VERSIONED }];
    const all = (await ask('audit', { files })).data['findings'] as { fingerprint: string }[];

    const { data } = await ask('propose_fix', { files, address: 'aws_s3_bucket.logs' });

    const { fix, remaining } = data as { fix: { diff: string; proof: { closes: string[] } }; remaining: string[] };
    expect(fix.diff).toContain('-    status = "Suspended"\n+    status = "Enabled"\n');
    expect(new Set([...fix.proof.closes, ...remaining])).toEqual(new Set(all.map(({ fingerprint }) => fingerprint)));
  });

  it('says why there is none: a person must choose, nothing was decided, nothing was found', async () => {
    const { ask } = await session({ roots: [] });
    const group =
      'resource "aws_security_group" "web" {\n  description = "web"\n  ingress {\n    from_port   = 22\n    to_port     = 22\n    protocol    = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n    description = "ssh"\n  }\n}\n';
    const unknown =
      'variable "on" {\n  type = bool\n}\n\nresource "aws_ebs_volume" "disk" {\n  availability_zone = "eu-central-1a"\n  encrypted = var.on\n}\n';
    const fixFor = async (text: string, ruleId: string) => {
      const files = [{ name: 'main.tf', text }];
      const found = (await ask('audit', { files })).data['findings'] as { ruleId: string; fingerprint: string }[];
      return (await ask('propose_fix', { files, fingerprint: found.find((each) => each.ruleId === ruleId)?.fingerprint })).data;
    };

    expect(await fixFor(group, 'aws-security-group-ssh')).toMatchObject({
      fix: null,
      advice: expect.arrayContaining([expect.any(String)]),
    });
    expect(await fixFor(unknown, 'aws-ebs-encryption')).toMatchObject({
      fix: null,
      reason: 'What was found could not be decided: it needs a value that can be known, not a fix.',
    });
    const orders = [{ name: 'main.tf', text: 'resource "aws_dynamodb_table" "orders" {\n}\n' }];
    expect((await ask('propose_fix', { files: orders, address: 'aws_dynamodb_table.orders' })).data).toMatchObject({
      fix: null,
      reason: 'Nothing was found here, so there is nothing to fix.',
    });
  });

  it('says what it does not find, and what is declared twice', async () => {
    const root = repository({ 'a/main.tf': OPEN_DISK, 'b/main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });

    expect((await ask('propose_fix', { fingerprint: 'f'.repeat(32) })).error).toContain('no finding here has the fingerprint "ffff');
    expect((await ask('propose_fix', { address: 'aws_ebs_volume.none' })).error).toContain(
      'no resource here has the address "aws_ebs_volume.none"',
    );
    expect((await ask('propose_fix', { address: 'aws_ebs_volume.disk' })).error).toContain('is declared in several places: a, b');
    expect((await ask('propose_fix', { address: 'aws_ebs_volume.disk', paths: ['a'] })).error).toBeNull();
  });
});

describe('explain_rule', () => {
  it('says why, what to do, what others call it, and shows a bad and a good example', async () => {
    const { ask } = await session({ roots: [] });

    const { data, text } = await ask('explain_rule', { id: 'aws-ebs-encryption' });

    expect(data).toMatchObject({
      id: 'aws-ebs-encryption',
      severity: 'MEDIUM',
      why: expect.stringMatching(/\.$/u),
      fix: 'edit to review',
      types: expect.arrayContaining(['aws_ebs_volume', 'AWS::EC2::Volume']),
      references: expect.arrayContaining([expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\//u)]),
      equivalents: { checkov: ['CKV_AWS_3'] },
    });
    const examples = data['examples'] as { framework: string; kind: string; fixed: string | null }[];
    expect(examples.map(({ framework, kind }) => `${framework} ${kind}`)).toEqual([
      'terraform bad',
      'terraform good',
      'cloudformation bad',
      'cloudformation good',
    ]);
    expect(examples[0]?.fixed).toContain('encrypted');
    expect(text).toContain('```hcl\n');
  });

  it('names rules that are called nearly so', async () => {
    const { ask } = await session({ roots: [] });

    expect((await ask('explain_rule', { id: 'ebs-encrypted-volume-encryption' })).error).toMatch(
      /^no rule has the id "ebs-encrypted-volume-encryption"; near to it are .*aws-ebs-encryption/u,
    );
    expect((await ask('explain_rule', { id: 'constructor' })).error).toBe('no rule has the id "constructor"');
  });
});

describe('status', () => {
  it('is not offered where there is no server to ask', async () => {
    const { client } = await session({ roots: [] });

    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['audit', 'explain_rule', 'list_resources', 'propose_fix']);
  });

  it('tells what the server knows of a run or of one audit', async () => {
    const audit = {
      workflowId: 'audit-1',
      address: null,
      state: 'RUNNING',
      step: 'analyzeRisk',
      attempt: 2,
      started: null,
      tookMilliseconds: null,
    };
    const { ask } = await session({ roots: [], status: async (query) => ('run' in query && query.run === 'r1' ? [audit] : []) });

    expect(await ask('status', { run: 'r1' })).toEqual({
      data: { audits: [audit], moreAudits: 0 },
      text: 'RUNNING  analyzeRisk  attempt 2  audit-1',
      error: null,
    });
    expect((await ask('status', { workflowId: 'audit-2' })).error).toBe('the server knows no audit of "audit-2"');
  });
});

function addresses(data: Record<string, unknown>): string[] {
  return [...new Set((data['findings'] as { address: string }[]).map(({ address }) => address))];
}

/** The file `main.tf` after git applied a diff to it. */
function applied(text: string, diff: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'apply-'));
  writeFileSync(path.join(folder, 'main.tf'), text);
  execFileSync('git', ['apply', '-'], { cwd: folder, input: diff });
  return execFileSync('cat', ['main.tf'], { cwd: folder, encoding: 'utf8' });
}
