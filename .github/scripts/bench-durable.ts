/** What durable audits cost: against workflows that do nothing, when they are repeated, and when little changed. */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditSteps, Metadata } from '../../src/domain/audit.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { WorkspaceAudit } from '../../src/domain/steps.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { startServer } from '../../src/temporal/server.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { writeBenchRepository } from './bench-resources.ts';
import { childrenOf, processorSeconds } from './bench-processes.ts';

const dist = path.join(import.meta.dirname, '..', '..', 'dist');

interface Prepared {
  readonly audit: WorkspaceAudit;
  readonly refs: readonly AuditRef[];
  /** Addresses of resources that violate a rule. */
  readonly violating: ReadonlySet<string>;
}

async function prepare(folder: string, some: readonly Rule[] = rules): Promise<Prepared> {
  const workspace = await readWorkspace({ root: folder, paths: ['.'] });
  const ruleSet = new RuleSet(some);
  const audit = auditOf(workspace, { rules: ruleSet, engine: 'bench', scanners: null, approvals: null, terms: '' });
  const covered = workspace.resources.filter((resource) => ruleSet.for(resource.type).length > 0);
  const violating = covered.filter((resource) => audit.judgement(resource).findings.some(({ outcome }) => outcome === 'fail'));
  return { audit, refs: covered.map(audit.refOf), violating: new Set(violating.map(({ address }) => address)) };
}

interface Cost {
  readonly seconds: number;
  /** Of this process and the server. */
  readonly processorSeconds: number;
  readonly reused: number;
}

async function cost(
  refs: readonly AuditRef[],
  steps: AuditSteps,
  target: TemporalTarget,
  { home = dist, repository = randomUUID() }: { home?: string; repository?: string } = {},
): Promise<Cost> {
  const processes = [process.pid, ...childrenOf(process.pid)];
  const before = processorSeconds(processes);
  const started = performance.now();
  const outcomes = await auditAll(refs, {
    target,
    home,
    steps,
    terms: { scanners: false, approval: null },
    approvals: null,
    engine: 'bench',
    repository,
    maxParallel: 20,
    timeoutMilliseconds: 1_800_000,
    signal: new AbortController().signal,
    log: () => undefined,
    onStep: () => undefined,
  });
  const seconds = (performance.now() - started) / 1000;
  const failed = outcomes.find((outcome) => outcome.failure !== null);
  if (failed !== undefined) throw new Error(`${failed.ref.address}: ${failed.failure}`);
  return { seconds, processorSeconds: processorSeconds(processes) - before, reused: outcomes.filter(({ reused }) => reused).length };
}

/** The same workflow in the same shape, whose activities do nothing. */
function floorSteps(violating: ReadonlySet<string>): AuditSteps {
  const metadata: Metadata = {
    type: '',
    framework: 'terraform',
    file: '',
    startLine: 0,
    endLine: 0,
    instances: 0,
    related: [],
    unknown: [],
    digest: '',
  };
  return {
    fetchMetadata: async () => metadata,
    analyzeRisk: async ({ address }) => ({ violationFound: violating.has(address), severity: null, findings: [] }),
    generateFix: async () => ({ plans: [], combined: null }),
    verifyApproval: async () => null,
  };
}

/** A home whose workflow does nothing at all. */
async function emptyWorkflowHome(scratch: string): Promise<string> {
  const home = path.join(scratch, 'empty');
  mkdirSync(home, { recursive: true });
  const quiet = (): void => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(import.meta.dirname, 'bench-workflows.ts'),
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  writeFileSync(path.join(home, 'workflow-bundle.js'), code);
  copyFileSync(path.join(dist, 'failure-converter.js'), path.join(home, 'failure-converter.js'));
  return home;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(0)} %`;
}

/** Audits against audits whose activities do nothing, in turns, so that what else the machine does falls on both. */
async function* againstFloor(scratch: string, target: TemporalTarget): AsyncGenerator<string> {
  const perResource = new Map<number, number>();
  for (const [size, rounds] of [
    [200, 5],
    [1000, 3],
    [10_000, 1],
  ] as const) {
    const folder = path.join(scratch, `floor-${size}`);
    writeBenchRepository(folder, size);
    const { audit, refs, violating } = await prepare(folder);
    const [audits, floors]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      floors.push((await cost(refs, floorSteps(violating), target)).seconds);
      audits.push((await cost(refs, audit, target)).seconds);
    }
    perResource.set(size, median(audits) / refs.length);
    yield `${refs.length} resources, ${violating.size} of which violate a rule: ${median(audits).toFixed(1)} s, floor ${median(floors).toFixed(1)} s: ${percent(median(floors), median(audits))} of the floor's rate (median of ${rounds})`;
  }
  const [small = Number.NaN, large = Number.NaN] = [perResource.get(1000), perResource.get(10_000)];
  yield `cost of a resource among 10,000 against 1,000: ${(large / small).toFixed(2)}`;
}

/** Processor time of client, worker and server together, of a resource that passes. */
async function passing(scratch: string, target: TemporalTarget): Promise<string> {
  const folder = path.join(scratch, 'passing');
  mkdirSync(folder, { recursive: true });
  const volume = (index: number): string =>
    `resource "aws_ebs_volume" "disk_${index}" {\n  availability_zone = "eu-central-1a"\n  encrypted         = true\n}\n`;
  writeFileSync(path.join(folder, 'main.tf'), Array.from({ length: 500 }, (_, index) => volume(index)).join('\n'));
  const { audit, refs, violating } = await prepare(
    folder,
    rules.filter(({ id }) => id === 'aws-ebs-encryption'),
  );
  if (violating.size > 0) throw new Error('the resources that are to pass do not');
  const home = await emptyWorkflowHome(scratch);
  const [real, empty]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    empty.push((await cost(refs, audit, target, { home })).processorSeconds);
    real.push((await cost(refs, audit, target)).processorSeconds);
  }
  const milliseconds = (seconds: number): string => ((seconds * 1000) / refs.length).toFixed(1);
  return `processor time of a resource that passes: ${milliseconds(median(real))} ms, of an empty workflow ${milliseconds(median(empty))} ms: ${(median(real) / median(empty)).toFixed(2)} times (median of 5)`;
}

/** A server that keeps its histories: everything again, and with one of 1,000 changed. */
async function* repeated(scratch: string): AsyncGenerator<string> {
  const server = await startServer({
    environment: process.env,
    workspace: scratch,
    log: () => undefined,
    database: path.join(scratch, 'histories.db'),
  });
  try {
    const target = { ...server, encryptionKey: randomBytes(32), shared: true };
    const repository = randomUUID();
    const folder = path.join(scratch, 'repeated');
    writeBenchRepository(folder, 1000);
    const before = await prepare(folder);
    const first = await cost(before.refs, before.audit, target, { repository });
    const again = await cost(before.refs, before.audit, target, { repository });
    yield `${before.refs.length} resources again: ${again.seconds.toFixed(2)} s of ${first.seconds.toFixed(2)} s, ${percent(again.seconds, first.seconds)}; ${again.reused} reused`;
    const file = path.join(folder, 'part-0000.tf');
    writeFileSync(file, readFileSync(file, 'utf8').replace('size              = 20', 'size              = 21'));
    const after = await prepare(folder);
    const changed = await cost(after.refs, after.audit, target, { repository });
    yield `one of ${after.refs.length} changed: ${changed.seconds.toFixed(2)} s, ${percent(changed.seconds, first.seconds)}; ${changed.reused} reused`;
  } finally {
    await server.stop();
  }
}

/** The whole command, for a change to ten of 1,000 resources. */
function changeOfTen(scratch: string): string {
  const folder = path.join(scratch, 'change');
  writeBenchRepository(folder, 1000);
  const git = (...words: string[]): void => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', [...identity, ...words], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`);
  };
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'base');
  for (let part = 0; part < 10; part += 1) {
    const file = path.join(folder, `part-000${part}.tf`);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/encrypted {9}= (?:true|false)/u, 'encrypted         = false\n  type              = "gp3"'),
    );
  }
  git('commit', '--quiet', '--all', '--message', 'change');
  const seconds: number[] = [];
  let said = '';
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    const { stdout } = spawnSync(process.execPath, [path.join(dist, 'cli.js'), 'audit', folder, '--base', 'HEAD~1'], { encoding: 'utf8' });
    seconds.push((performance.now() - started) / 1000);
    said = /[0-9,]+ changed[^\n]*/u.exec(stdout)?.[0] ?? stdout.slice(-200);
  }
  return `a change to 10 of 1,000 resources, the whole command: ${median(seconds).toFixed(2)} s (median of ${seconds.map((each) => each.toFixed(2)).join(', ')}); ${said}`;
}

/** From the start of the embedded server's process to the first result. */
async function firstResult(scratch: string): Promise<string> {
  const folder = path.join(scratch, 'first');
  writeBenchRepository(folder, 1);
  const { audit, refs } = await prepare(folder);
  const seconds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    const server = await startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined });
    await cost(refs.slice(0, 1), audit, server);
    seconds.push((performance.now() - started) / 1000);
    await server.stop();
  }
  return `embedded server to the first completed workflow: ${median(seconds).toFixed(2)} s (median of ${seconds.map((each) => each.toFixed(2)).join(', ')})`;
}

/** @param scratch an empty folder, which is left behind */
export async function* benchDurable(scratch: string): AsyncGenerator<string> {
  mkdirSync(scratch, { recursive: true });
  yield await firstResult(scratch);
  yield changeOfTen(scratch);
  yield* repeated(scratch);
  const server = await startServer({ environment: process.env, workspace: scratch, log: () => undefined });
  try {
    yield await passing(scratch, server);
    yield* againstFloor(scratch, server);
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
