/** What well-behaved scanners find, from their answer to what an audit records. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener, Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { failuresAsDiagnostics } from '../../src/domain/scanner.ts';
import { applyEdits } from '../../src/domain/source.ts';
import { locate } from '../../src/domain/anchor.ts';
import { rules } from '../../src/rules/index.ts';
import { BUCKET, EXAMPLE, audited, begin, hostile, program, setting } from './scanner-support.ts';
import type { ScannerTerms } from '../../src/scanners/scanners.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function scannersOf(...settings: readonly ScannerTerms[]) {
  const { scanners } = begin(settings);
  closing.push(() => scanners.close());
  return scanners;
}

const FIXED = BUCKET.replace('\n}\n', '\n\n  tags = {\n    Owner = "platform"\n  }\n}\n');

describe('a bucket whose only finding comes from a scanner', () => {
  it('fails, with an edit that was proven by the rules and by the scanner', async () => {
    const { workspace, resource, risk, remediation } = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(setting(program(EXAMPLE))));
    expect(risk).toMatchObject({
      violationFound: true,
      severity: 'MEDIUM',
      findings: [
        {
          ruleId: 'scanner/probe/owner',
          outcome: 'fail',
          message: 'Bucket must have an owner: no tag Owner says who answers for the bucket.',
          address: 'aws_s3_bucket.logs',
        },
      ],
    });
    expect(risk.scannerFailures).toBeUndefined();
    const { combined } = await remediation();
    const edits = (combined?.edits ?? []).map(({ span, replacement }) => ({
      span: locate(span, resource, (file) => workspace.source(file)),
      replacement,
    }));
    expect(applyEdits(BUCKET, edits)).toBe(FIXED);
    expect(combined).toMatchObject({ safety: 'needs-review', proof: { closes: [risk.findings[0]?.fingerprint], valuesUnchanged: 1 } });
    expect((await audited(FIXED, 'aws_s3_bucket.logs', scannersOf(setting(program(EXAMPLE))))).risk.violationFound).toBe(false);
  });

  it('keeps what the rules find, and one change answers both', async () => {
    const { workspace, resource, risk, remediation } = await audited(
      BUCKET,
      'aws_s3_bucket.logs',
      scannersOf(setting(program(EXAMPLE))),
      rules,
    );
    const alone = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(), rules);
    const ofRules = risk.findings.filter(({ ruleId }) => !ruleId.startsWith('scanner/'));
    expect(ofRules).toEqual(alone.risk.findings);
    const { combined } = await remediation();
    const edits = (combined?.edits ?? []).map(({ span, replacement }) => ({
      span: locate(span, resource, (file) => workspace.source(file)),
      replacement,
    }));
    expect(applyEdits(BUCKET, edits)).toContain('Owner = "platform"');
    expect(applyEdits(BUCKET, edits)).toContain('aws_s3_bucket_public_access_block');
  });

  it('is not shown an edit when the scanner is gone before it is asked again', async () => {
    const scanners = scannersOf(setting(program(EXAMPLE)));
    const { remediation, risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scanners);
    await scanners.close();
    expect(risk.proposals).toHaveLength(1);
    expect(await remediation()).toEqual({ plans: [], combined: null });
  });
});

describe('a failure of a scanner', () => {
  it('leaves what the rules find as it is, and is one diagnostic for all resources', async () => {
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(hostile('crash-in-call')), rules);
    const alone = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(), rules);
    expect(risk.findings).toEqual(alone.risk.findings);
    const failures = risk.scannerFailures ?? [];
    const audits = ['a', 'b', 'c', 'd'].map((address) => ({ address, failures }));
    expect(failuresAsDiagnostics(audits)).toEqual([
      {
        level: 'undecided',
        code: 'scanner',
        message:
          'the scanner probe gave no usable answer for a, b, c and 1 more: its program ended with exit code 7 before it was asked to',
      },
    ]);
    expect(
      failuresAsDiagnostics(audits.map(({ address }) => ({ address, failures: failures.map((each) => ({ ...each, required: false })) }))),
    ).toMatchObject([{ level: 'warning' }]);
  });
});

/** Answers each MCP request by its method; what a tool was asked lands in `asked`. */
async function served(answer: (question: Record<string, unknown>) => unknown, asked: unknown[] = []): Promise<ScannerTerms> {
  return listening((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const { id, method, params } = JSON.parse(body === '' ? '{}' : body);
      if (id === undefined) return response.writeHead(202).end();
      const tools = [{ name: 'analyze_resource', inputSchema: { type: 'object', properties: { source: { type: 'string' } } } }];
      if (method === 'tools/call') asked.push(params.arguments);
      const result =
        method === 'initialize'
          ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
          : method === 'tools/list'
            ? { tools }
            : { content: [], structuredContent: answer(params.arguments) };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
}

async function listening(listener: RequestListener): Promise<ScannerTerms> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return setting({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
}

describe('a scanner over HTTP', () => {
  const GROUP = `resource "aws_db_instance" "main" {
  password   = "correct-horse-battery"
  user       = "admin"
  http_tokens = "required"
  size       = var.size
  endpoint   = "postgres://app:hunter2hunter2@db/app"

  ingress {
    port = 22
  }
}

variable "size" {}
`;

  it('is told no secret, and what is not known', async () => {
    const asked: unknown[] = [];
    const own = await served(() => ({ findings: [] }), asked);
    await audited(GROUP, 'aws_db_instance.main', scannersOf(own));
    expect(asked).toEqual([
      {
        address: 'aws_db_instance.main',
        type: 'aws_db_instance',
        framework: 'terraform',
        file: 'main.tf',
        startLine: 1,
        endLine: 11,
        attributes: {
          password: { redacted: 'its name is that of a secret' },
          user: 'admin',
          http_tokens: 'required',
          size: { unknown: expect.stringContaining('var.size') },
          endpoint: { redacted: 'it has the shape of a secret' },
          ingress: [{ port: 22 }],
        },
        source: expect.not.stringMatching(/horse|hunter2/u),
      },
    ]);
  });

  it.each([
    ['an attribute', { attribute: ['ingress', 0, 'port'] }, '22'],
    ['something missing', { attribute: ['encrypted'] }, 'resource "aws_db_instance" "main"'],
    ['lines of the declaration', { startLine: 8, endLine: 9 }, 'ingress {\n    port = 22'],
    ['a line outside of it', { startLine: 13 }, 'resource "aws_db_instance" "main"'],
    ['nothing in particular', {}, 'resource "aws_db_instance" "main"'],
  ])('blames %s', async (_name, place, at) => {
    const own = await served(() => ({
      findings: [{ ruleId: '../x y', severity: 'HIGH', message: `a\n\u202eb${'c'.repeat(900)}`, ...place }],
    }));
    const { risk } = await audited(GROUP, 'aws_db_instance.main', scannersOf(own));
    const [finding] = risk.findings;
    expect(GROUP.slice(finding?.span.start, finding?.span.end)).toBe(at);
    expect(finding?.ruleId).toBe('scanner/probe/..-x-y');
    expect(finding?.message).toMatch(/^a \\u\{202e\}bc{480,500}…$/u);
  });

  it.each([
    ['outside of the declaration', { startLine: 13, endLine: 13, replacement: 'variable "size" { default = 1 }' }],
    ['that hides what it says', { startLine: 3, endLine: 3, replacement: '  user = "a\u202edmin"' }],
    ['that breaks the file', { startLine: 10, endLine: 10, replacement: '' }],
    ['that the scanner still finds something after', { startLine: 3, endLine: 3, replacement: '  user = "nobody"' }],
  ])('proposes an edit %s, which is not shown', async (_name, edit) => {
    const own = await served(() => ({ findings: [{ ruleId: 'x', severity: 'HIGH', message: 'm', edit }] }));
    const { remediation } = await audited(GROUP, 'aws_db_instance.main', scannersOf(own));
    expect((await remediation()).plans).toEqual([]);
  });

  it('that redirects is not followed', async () => {
    const own = await listening((_request, response) => response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end());
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(own));
    expect(risk.scannerFailures?.[0]?.reason).toBe(
      'it answers with a redirect (status 307), which is not followed; give the address that it leads to',
    );
  });

  it('that answers without an end is cut off', async () => {
    const own = await listening((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let index = 0; index < 20; index += 1) response.write('x'.repeat(100_000));
    });
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(own));
    expect(risk.scannerFailures).toHaveLength(1);
    expect(risk.findings).toEqual([]);
  });

  it.each([
    ['http://example.com/mcp', /must begin with https/u],
    ['https://169.254.169.254/mcp', /of a private network/u],
    ['https://10.0.0.8/mcp', /of a private network/u],
    ['https://[::ffff:169.254.169.254]/mcp', /of a private network/u],
    ['https://user:word@example.com/mcp', /holds a password/u],
    ['nowhere', /is no URL/u],
  ])('at %s is refused', async (url, reason) => {
    const { risk } = await audited(BUCKET, 'aws_s3_bucket.logs', scannersOf(setting({ url })));
    expect(risk.scannerFailures?.[0]?.reason).toMatch(reason);
  });
});
