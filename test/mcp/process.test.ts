import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, inject, it } from 'vitest';
import { OPEN_DISK, PROJECT, WEBSHOP, repository, session } from './support.ts';

const CLI = path.join(PROJECT, 'dist', 'cli.js');
const require = createRequire(import.meta.url);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command with all of its input at once. */
function command(args: readonly string[], input = '', cwd = PROJECT): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, 'mcp', ...args], { cwd });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

describe('infra-audit mcp', () => {
  it('serves a client in a process of its own, which loads nothing of Temporal and ends with it', async () => {
    const transport = new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp', WEBSHOP], stderr: 'pipe' });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const maps = readFileSync(`/proc/${transport.pid}/maps`, 'utf8');

    const { tools } = await client.listTools();
    const audit = await client.callTool({ name: 'audit', arguments: { paths: ['infrastructure/production'] } });
    const list = await client.callTool({ name: 'list_resources', arguments: {} });
    const { contents } = await client.readResource({ uri: 'rule://aws-s3-tls-only' });
    const { pid } = transport;
    await client.close();

    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    expect(maps).not.toContain('index.node');
    expect(tools.map(({ name }) => name)).toEqual(['audit', 'explain_rule', 'list_resources', 'propose_fix']);
    expect(audit.structuredContent).toMatchObject({
      verdict: { outcome: 'fail' },
      findings: expect.arrayContaining([expect.objectContaining({ file: 'infrastructure/production/storage.tf' })]),
    });
    expect(list.structuredContent).toMatchObject({
      resources: expect.arrayContaining([expect.objectContaining({ file: 'stacks/media.json', framework: 'cloudformation' })]),
    });
    expect(contents).toMatchObject([{ mimeType: 'text/markdown' }]);
  });

  it('says what the command says of the same repository', async () => {
    const report = await new Promise<string>((resolve) => {
      const args = [CLI, WEBSHOP, '--format', 'json', '--temporal-address', inject('temporalAddress')];
      execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
    });
    const { client, ask } = await session({ roots: [WEBSHOP] });
    const { data } = await ask('audit', {});
    await client.close();

    const said = JSON.parse(report) as { verdict: unknown; findings: { fingerprint: string; startLine: number }[]; diagnostics: unknown[] };
    const identity = ({ fingerprint, startLine }: { fingerprint: string; startLine: number }): string => `${fingerprint} ${startLine}`;
    expect(data['verdict']).toEqual(said.verdict);
    expect((data['findings'] as typeof said.findings).map(identity)).toEqual(said.findings.map(identity));
    expect(data['diagnostics']).toHaveLength(said.diagnostics.length);
  });

  it('writes nothing but messages to standard output, audits the working folder, and exits with 0 when input ends', async () => {
    const root = repository({ 'main.tf': OPEN_DISK });
    const request = (id: number, method: string, params: unknown): string => `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

    const { code, stdout, stderr } = await command([], `\u001B[2J::error::x\n${request(1, 'initialize', initialize)}`, root);

    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id),
    ).toEqual([1]);
    expect(stderr).toMatch(/^a message of the client is not understood: .*\n$/u);
    expect(stderr).not.toContain('\u001B');
  });

  it('does not start for a root that is not there or a setting that is wrong', async () => {
    expect(await command(['nowhere', 'README.md'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'nowhere: there is no such folder\nREADME.md: there is no such folder\n',
    });
    const wrong = await command(['--fail-on', 'severe', '--temporal-address', 'nonsense']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--fail-on: ');
    expect(wrong.stderr).toContain('--temporal-address: ');
  });

  it('tells its arguments', async () => {
    const { code, stdout } = await command(['--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: infra-audit mcp \[options\] \[ROOT\.\.\.\]/u);
  });
});

describe("the inspector's command line", () => {
  /** It finds its own package only from the folder of its program. */
  const inspect = (...args: string[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const program = require.resolve('@modelcontextprotocol/inspector-cli/build/cli.js');
      const cwd = path.dirname(program);
      const all = [program, '--cli', process.execPath, CLI, 'mcp', WEBSHOP, ...args];
      execFile(process.execPath, all, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        error === null ? resolve(JSON.parse(stdout)) : reject(new Error(stderr, { cause: error })),
      );
    });

  it('lists the tools', async () => {
    expect(await inspect('--method', 'tools/list')).toMatchObject({
      tools: [
        { name: 'audit', annotations: { readOnlyHint: true }, inputSchema: { type: 'object', additionalProperties: false } },
        { name: 'explain_rule' },
        { name: 'list_resources' },
        { name: 'propose_fix' },
      ],
    });
  });

  it('calls audit on a repository', async () => {
    expect(await inspect('--method', 'tools/call', '--tool-name', 'audit', '--tool-arg', 'paths=["stacks"]')).toMatchObject({
      structuredContent: {
        verdict: { outcome: 'fail' },
        findings: expect.arrayContaining([
          expect.objectContaining({
            ruleId: 'aws-s3-policy-public-principal',
            file: 'stacks/analytics.yaml',
            severity: 'CRITICAL',
            blocks: true,
          }),
        ]),
      },
    });
  });
});
