/** What asking a scanner costs: resources of one file, 20 at a time, of a scanner that finds nothing. */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { createScanners } from '../../src/scanners/scanners.ts';

const PARALLEL = 20;

const QUIET = `
process.stdin.setEncoding('utf8');
let rest = '';
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result = method === 'initialize'
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'quiet', version: '1' } }
      : method === 'tools/list'
        ? { tools: [{ name: 'analyze_resource', inputSchema: { type: 'object' } }] }
        : { content: [], structuredContent: { findings: [] } };
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
  }
});
`;

/** Milliseconds a resource, without the start of the scanner. */
export async function benchScanners(resources: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-scanners-'));
  const server = path.join(folder, 'quiet.mjs');
  writeFileSync(server, QUIET);
  const text = Array.from(
    { length: resources + 1 },
    (_, index) => `resource "aws_s3_bucket" "b${index}" {\n  bucket = "acme-${index}"\n  tags = {\n    Team = "web"\n  }\n}\n`,
  ).join('\n');
  const workspace = createWorkspace([new SourceText('main.tf', text)]);
  const scanners = createScanners(
    [
      {
        name: 'quiet',
        server: { command: [process.execPath, server], sha256: null },
        environment: {},
        required: true,
        timeoutMilliseconds: 60_000,
        tools: { analyzeResource: null, analyzeRepository: null },
        toolsSha256: null,
      },
    ],
    { root: '/nowhere', program: [], environment: process.env, version: '0.0.0', today: '2026-01-01', log: () => undefined },
  );
  try {
    const [first, ...others] = workspace.resources;
    if (first === undefined) throw new Error('there is no resource to ask about');
    await scanners.analyze(first, workspace);
    const started = performance.now();
    const queue = others.values();
    await Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        for (const resource of queue) {
          const { failures } = await scanners.analyze(resource, workspace);
          if (failures.length > 0) throw new Error(failures[0]?.reason);
        }
      }),
    );
    return (performance.now() - started) / resources;
  } finally {
    await scanners.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${(await benchScanners(2000)).toFixed(2)} ms a resource\n`);
