/**
 * Scenarios of the protocol's own suite, which speaks HTTP: the server is put behind the library's HTTP transport for it.
 * The other server scenarios ask for tools, prompts and resources of a sample server (`test_image_content`, `test://static-text`),
 * for sampling, elicitation, logging or subscriptions, which this server does not offer, or test the HTTP transport itself.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, it, onTestFinished } from 'vitest';
import { createServer } from '../../src/mcp/server.ts';
import { WEBSHOP, auditor } from './support.ts';

const require = createRequire(import.meta.url);

/** A server for each request, as a transport without sessions wants it. */
async function httpFront(): Promise<string> {
  const front = createHttpServer((request, response) => {
    const server = createServer({ version: '1', roots: [WEBSHOP], auditor: auditor(), status: null, log: () => undefined });
    const transport = new StreamableHTTPServerTransport({});
    response.once('close', () => void server.close());
    server.connect(transport).then(
      () => transport.handleRequest(request, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp`;
}

function conformance(...args: string[]): Promise<{ code: number; stdout: string }> {
  const program = require.resolve('@modelcontextprotocol/conformance/dist/index.js');
  const cwd = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'server', ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout: stdout + stderr }),
    );
  });
}

it.each(['server-initialize', 'ping', 'tools-list', 'resources-list'])('passes the scenario %s', async (scenario) => {
  const { code, stdout } = await conformance('--url', await httpFront(), '--scenario', scenario);

  expect(stdout).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed/u);
  expect(code).toBe(0);
});

it('fails a scenario of a tool that it does not have', async () => {
  const { code } = await conformance('--url', await httpFront(), '--scenario', 'tools-call-image');

  expect(code).toBe(1);
});
