/** Scanners of a test over a small repository, and what became of their processes. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { auditOf } from '../../src/domain/steps.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import type { Rule } from '../../src/domain/rule.ts';
import type { Scanners } from '../../src/domain/scanner.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { createScanners } from '../../src/scanners/scanners.ts';
import type { ScannerTerms } from '../../src/scanners/scanners.ts';

const HOSTILE = path.join(import.meta.dirname, 'hostile.mjs');
const ADAPTER = path.join(import.meta.dirname, 'adapter.ts');
export const EXAMPLE = path.resolve(import.meta.dirname, '../../fixtures/scanners/example.mjs');

export const BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n';

export function setting(server: ScannerTerms['server'], given: Partial<ScannerTerms> = {}): ScannerTerms {
  return {
    name: 'probe',
    server,
    environment: {},
    required: true,
    timeoutMilliseconds: 20_000,
    tools: { analyzeResource: null, analyzeRepository: null },
    toolsSha256: null,
    ...given,
  };
}

export function program(file: string, ...args: readonly string[]): ScannerTerms['server'] {
  return { command: [process.execPath, file, ...args], sha256: null };
}

export function hostile(kind: string, given: Partial<ScannerTerms> = {}): ScannerTerms {
  return setting(program(HOSTILE, kind, marker(kind)), given);
}

export interface Begun {
  readonly scanners: Scanners;
  readonly lines: readonly string[];
}

export function begin(
  settings: readonly ScannerTerms[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
  root = '/nowhere',
): Begun {
  const lines: string[] = [];
  const scanners = createScanners(settings, {
    root,
    program: [process.execPath, ADAPTER],
    environment,
    version: '0.0.0',
    today: '2026-01-01',
    log: (line) => void lines.push(line),
  });
  return { scanners, lines };
}

function workspaceOf(text: string, file = 'main.tf') {
  return createWorkspace([new SourceText(file, text)]);
}

/** What an audit of one resource records, and the plans it gives. */
export async function audited(text: string, address: string, scanners: Scanners, rules: readonly Rule[] = [], file = 'main.tf') {
  const workspace = workspaceOf(text, file);
  const audit = auditOf(workspace, { rules: new RuleSet(rules), engine: 'e', scanners, approvals: null, terms: '' });
  const resource = workspace.resources.find((each) => each.address === address);
  if (resource === undefined) throw new Error(`${address} is not declared`);
  const ref = audit.refOf(resource);
  const metadata = await audit.fetchMetadata(ref);
  const risk = await audit.analyzeRisk(ref, metadata);
  return { workspace, resource, risk, remediation: () => audit.generateFix(ref, metadata, risk) };
}

let count = 0;

/** A word by which the processes of one scanner are found. */
function marker(kind: string): string {
  count += 1;
  return `probe-${process.pid}-${count}-${kind.replaceAll('/', '-')}`;
}

/** Command lines that still run and hold the marker of a scanner. */
export function running({ server }: ScannerTerms): string[] {
  const word = 'command' in server ? (server.command.at(-1) ?? '') : '';
  return execFileSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(word) && !line.startsWith('Z'));
}
